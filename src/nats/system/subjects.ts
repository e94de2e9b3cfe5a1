/**
 * Subjects of requests to servers and of what they tell of clients (nats-server server/events.go), beside those that
 * the fleet uses.
 */

/** What one server can be asked for. */
export type ServerService = 'STATSZ' | 'PROFILEZ' | 'RELOAD';

/** Asks one server. */
export const serverSubject = (serverId: string, service: ServerService): string =>
  `$SYS.REQ.SERVER.${serverId}.${service}`;

/** Every server answers with its name, host and id and nothing else. */
export const PING_IDZ_SUBJECT = '$SYS.REQ.SERVER.PING.IDZ';

/** The server that we are connected to says who we are and what we may; for users of any account. */
export const USER_INFO_SUBJECT = '$SYS.REQ.USER.INFO';

/** The first versions that answer; before them nobody does. */
export const SINCE = { IDZ: '2.10.0', PROFILEZ: '2.10.0', RELOAD: '2.10.0', 'USER.INFO': '2.10.0' } as const;

/** What servers tell of clients. */
export const CLIENT_EVENTS = ['connect', 'disconnect', 'auth-error'] as const;
/** One of {@link CLIENT_EVENTS}. */
export type ClientEventKind = (typeof CLIENT_EVENTS)[number];

/** Where such events come in; `*`: those of all accounts. A client that was refused belongs to no account yet. */
export function clientEventSubject(kind: ClientEventKind, accountKey: string): string {
  switch (kind) {
    case 'connect':
      return `$SYS.ACCOUNT.${accountKey}.CONNECT`;
    case 'disconnect':
      return `$SYS.ACCOUNT.${accountKey}.DISCONNECT`;
    case 'auth-error':
      return '$SYS.SERVER.*.CLIENT.AUTH.ERR';
  }
}
