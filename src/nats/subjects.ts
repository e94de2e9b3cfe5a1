/**
 * The system account's subjects that this program uses (nats-server server/events.go), each with a builder, and a
 * parser where messages come in on it.
 */

/** Asks servers to apply an account JWT; every kind of resolver listens. */
export const updateSubject = (accountKey: string): string => `$SYS.REQ.ACCOUNT.${accountKey}.CLAIMS.UPDATE`;

/** All updates that others send, in the new and in the old form. */
export const UPDATE_SUBJECTS = ['$SYS.REQ.ACCOUNT.*.CLAIMS.UPDATE', '$SYS.ACCOUNT.*.CLAIMS.UPDATE'] as const;

const UPDATE = /^\$SYS\.(?:REQ\.)?ACCOUNT\.([^.]+)\.CLAIMS\.UPDATE$/;

/** The account that an update is about. */
export const accountOfUpdate = (subject: string): string | undefined => UPDATE.exec(subject)?.[1];

/** A server with a full or cache resolver asks for an account that it lacks. */
export const LOOKUP_SUBJECT = '$SYS.REQ.ACCOUNT.*.CLAIMS.LOOKUP';

const LOOKUP = /^\$SYS\.REQ\.ACCOUNT\.([^.]+)\.CLAIMS\.LOOKUP$/;

/** The account that is looked for. */
export const accountOfLookup = (subject: string): string | undefined => LOOKUP.exec(subject)?.[1];

/** Asks one member of {@link PACK_QUEUE} for all accounts. */
export const PACK_SUBJECT = '$SYS.REQ.CLAIMS.PACK';

/** The queue group of those who hold all accounts (server/accounts.go). */
export const PACK_QUEUE = 'responder';

/** Asks everybody who holds accounts which. */
export const LIST_SUBJECT = '$SYS.REQ.CLAIMS.LIST';

/** Asks everybody who holds accounts to keep this one. */
export const KEEP_SUBJECT = '$SYS.REQ.CLAIMS.UPDATE';

/** Asks everybody who holds accounts to delete some; an operator key signs. */
export const DELETE_SUBJECT = '$SYS.REQ.CLAIMS.DELETE';

/** Every server answers with its statistics; 2.9 knows no other way to ask who is there. */
export const PING_SUBJECT = '$SYS.REQ.SERVER.PING';

/** Every server says what it runs for an account. */
export const PING_ACCOUNTZ_SUBJECT = '$SYS.REQ.SERVER.PING.ACCOUNTZ';

/** One server says what it runs. */
export const accountzSubject = (serverId: string): string => `$SYS.REQ.SERVER.${serverId}.ACCOUNTZ`;

/** What servers announce by themselves. */
export const SERVER_EVENTS = ['STATSZ', 'SHUTDOWN', 'LAMEDUCK'] as const;
/** One of {@link SERVER_EVENTS}. */
export type ServerEventKind = (typeof SERVER_EVENTS)[number];

/** That event of any server. */
export const serverEventSubject = (kind: ServerEventKind): string => `$SYS.SERVER.*.${kind}`;

const SERVER_EVENT = /^\$SYS\.SERVER\.([^.]+)\.(STATSZ|SHUTDOWN|LAMEDUCK)$/;

/** Which server announces what. */
export function parseServerEvent(
  subject: string,
): { readonly serverId: string; readonly kind: ServerEventKind } | undefined {
  const [, serverId, name] = SERVER_EVENT.exec(subject) ?? [];
  const kind = SERVER_EVENTS.find((known) => known === name);
  return serverId === undefined || kind === undefined ? undefined : { serverId, kind };
}
