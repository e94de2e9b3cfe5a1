import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** What a client has to show in its `Authorization` header. */
export type Credentials =
  /** nsc can send this one alone: `http://user:password@host`. */
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  | { readonly kind: 'bearer'; readonly token: string };

const REALM = 'realm="nats-account-server"';

/** What `WWW-Authenticate` asks for. */
export const CHALLENGES = { basic: `Basic ${REALM}, charset="UTF-8"`, bearer: `Bearer ${REALM}` } as const;

/** Whether a request shows these credentials. Compares in constant time; hashed, since that needs equal lengths. */
export function shows(request: IncomingMessage, credentials: Credentials): boolean {
  const given = readGiven(request, credentials.kind);
  const expected =
    credentials.kind === 'basic' ? `${credentials.user}:${credentials.password}` : credentials.token;
  return given !== undefined && timingSafeEqual(digest(given), digest(expected));
}

function digest(secret: string | Uint8Array): Buffer {
  return createHash('sha256').update(secret).digest();
}

function readGiven(request: IncomingMessage, scheme: Credentials['kind']): Uint8Array | undefined {
  const match = /^([^ ]+) +([^ ]+) *$/.exec(request.headers.authorization ?? '');
  if (match?.[1]?.toLowerCase() !== scheme || match[2] === undefined) return undefined;
  return Buffer.from(match[2], scheme === 'basic' ? 'base64' : 'latin1');
}
