import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { PushRights } from './options.js';

/** Whether a request may push, and as whom. */
export type PushVerdict =
  | { readonly allowed: true; readonly pusher: string | undefined }
  | { readonly allowed: false; readonly challenge: string | undefined };

/** Decides for a request, from its headers and connection alone: before its body is read. */
export type PushGate = (request: IncomingMessage) => PushVerdict;

const REALM = 'realm="nats-account-server"';
const CHALLENGES = { basic: `Basic ${REALM}, charset="UTF-8"`, bearer: `Bearer ${REALM}` } as const;

/**
 * Makes the gate. With `byCertificate` a verified client certificate opens it too; with that alone configured, nothing
 * else does. No rights at all: open.
 */
export function pushGate(rights: PushRights, byCertificate: boolean): PushGate {
  if (rights.kind === 'none' && !byCertificate) return () => ({ allowed: true, pusher: undefined });
  const expected = rights.kind === 'none' ? undefined : digest(secretOf(rights));
  const challenge = rights.kind === 'none' ? undefined : CHALLENGES[rights.kind];
  return (request) => {
    const subject = byCertificate ? certifiedSubject(request) : undefined;
    if (subject !== undefined) return { allowed: true, pusher: subject };
    const given = rights.kind === 'none' ? undefined : readSecret(request, rights.kind);
    if (expected === undefined || given === undefined || !timingSafeEqual(digest(given), expected)) {
      return { allowed: false, challenge };
    }
    return { allowed: true, pusher: rights.kind === 'basic' ? rights.user : 'bearer' };
  };
}

function secretOf(rights: Exclude<PushRights, { kind: 'none' }>): string {
  return rights.kind === 'basic' ? `${rights.user}:${rights.password}` : rights.token;
}

/** Equal lengths whatever the input, as the comparison in constant time needs them. */
function digest(secret: string | Uint8Array): Buffer {
  return createHash('sha256').update(secret).digest();
}

function readSecret(request: IncomingMessage, scheme: 'basic' | 'bearer'): Uint8Array | undefined {
  const match = /^([^ ]+) +([^ ]+) *$/.exec(request.headers.authorization ?? '');
  if (match?.[1]?.toLowerCase() !== scheme || match[2] === undefined) return undefined;
  return Buffer.from(match[2], scheme === 'basic' ? 'base64' : 'latin1');
}

/** Who the client certificate is about, if our authority signed it. */
function certifiedSubject({ socket }: IncomingMessage): string | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const { subject } = socket.getPeerCertificate();
  return subject === undefined ? undefined : `certificate ${subject.CN ?? ''}`.trim();
}
