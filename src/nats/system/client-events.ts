import { isUserKey } from '../../claims/keys.js';
import type { UserClaims } from '../../claims/types.js';
import { readJwt } from '../../claims/verify.js';
import { type JsonObject, objectIn, readObject, textIn } from '../envelope.js';
import { identityIn, numberIn, type ServerIdentity } from './roll-call.js';
import type { ClientEventKind } from './subjects.js';
import { isOlderThan } from './version.js';

/** Something that happened to a client. Holds neither its JWT nor anything else that could be used to connect. */
export interface ClientEvent {
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly kind: ClientEventKind;
  readonly server: ServerIdentity;
  /** Account key, or name in a server without operator. Of a refused client: the account it said it was of. */
  readonly account: string;
  readonly accountName: string;
  /** User key or name; empty when the server might have put a token there. */
  readonly user: string;
  readonly userName: string;
  /** Where the client is. */
  readonly host: string;
  /** The connection's number on its server. */
  readonly connection: number | undefined;
  /** What the client calls itself. */
  readonly clientName: string;
  /** `Client`, `Leafnode`… */
  readonly clientKind: string;
  /** Why it was cut off or refused. */
  readonly reason: string;
}

/** Reads an event (nats-server server/events.go ConnectEventMsg, DisconnectEventMsg); undefined: it is none. */
export function readClientEvent(kind: ClientEventKind, payload: Uint8Array): ClientEvent | undefined {
  const message = readObject(payload);
  const [server, client] = [identityIn(message?.server), objectIn(message?.client)];
  if (message === undefined || server === undefined || client === undefined) return undefined;
  const claims = userClaims(client.jwt);
  return {
    time: textIn(message.timestamp),
    kind,
    server,
    ...accountOf(client, claims, server),
    user: userOf(client, server),
    userName: claims?.name ?? '',
    host: textIn(client.host),
    connection: numberIn(client.id),
    clientName: textIn(client.name),
    clientKind: textIn(client.kind),
    reason: textIn(message.reason),
  };
}

/** What the user's token says; it is signed by somebody, though for a refused client perhaps by nobody who counts. */
function userClaims(jwt: unknown): UserClaims | undefined {
  const read = typeof jwt === 'string' ? readJwt(jwt) : undefined;
  return read?.ok && read.value.claims.kind === 'user' ? read.value.claims : undefined;
}

/** A client that was refused still belongs to the account of those without one (server/auth.go). */
const NO_ACCOUNT = ['$G', 'N/A', ''];

function accountOf(
  client: JsonObject,
  claims: UserClaims | undefined,
  server: ServerIdentity,
): Pick<ClientEvent, 'account' | 'accountName'> {
  const account = textIn(client.acc);
  if (claims !== undefined && NO_ACCOUNT.includes(account))
    return { account: claims.nats.issuer_account || claims.iss, accountName: '' };
  const tag = textIn(client.name_tag);
  // Before 2.11 it was the user's name.
  const isAccounts = tag !== account && !isOlderThan(server.version, '2.11.0');
  return { account, accountName: isAccounts ? tag : '' };
}

/** Servers before 2.10.28, and 2.11.0 and 2.11.1, give the token of a client that connects by token as its user. */
function userOf(client: JsonObject, { version }: ServerIdentity): string {
  const user = textIn(client.user);
  const isHonest = !isOlderThan(version, '2.10.28') && !/^v?2\.11\.[01](?!\d)/.test(version);
  return isHonest || isUserKey(user) ? user : '';
}
