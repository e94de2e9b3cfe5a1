import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { PushRights } from './options.js';

/** Whether a request may push, and as whom. */
export type PushVerdict =
  | { readonly allowed: true; readonly pusher: string | undefined }
  /** `challenge` is what WWW-Authenticate asks for; `undefined` where only a certificate would help. */
  | { readonly allowed: false; readonly challenge: string | undefined };

type Secret = Exclude<PushRights, { kind: 'none' }>;

const REALM = 'realm="nats-account-server"';
const CHALLENGES = { basic: `Basic ${REALM}, charset="UTF-8"`, bearer: `Bearer ${REALM}` } as const;

/** Decides who may push, from headers and connection alone: before a body is read. */
export class PushGate {
  #secret: Secret | undefined;

  /** With `byCertificate` a verified client certificate opens it too. Neither secret nor certificate: open to all. */
  constructor(
    rights: PushRights,
    private readonly byCertificate: boolean,
  ) {
    this.reload(rights);
  }

  /** From the next request on, these rights count. */
  reload(rights: PushRights): void {
    this.#secret = rights.kind === 'none' ? undefined : rights;
  }

  /** Judges a request. */
  judge(request: IncomingMessage): PushVerdict {
    const secret = this.#secret;
    if (secret === undefined && !this.byCertificate) return { allowed: true, pusher: undefined };
    const subject = this.byCertificate ? certifiedSubject(request) : undefined;
    if (subject !== undefined) return { allowed: true, pusher: subject };
    if (secret === undefined) return { allowed: false, challenge: undefined };
    if (!knows(request, secret)) return { allowed: false, challenge: CHALLENGES[secret.kind] };
    return { allowed: true, pusher: secret.kind === 'basic' ? secret.user : 'bearer' };
  }
}

/** Compares in constant time; hashed, since that needs equal lengths. */
function knows(request: IncomingMessage, secret: Secret): boolean {
  const given = readSecret(request, secret.kind);
  const expected = secret.kind === 'basic' ? `${secret.user}:${secret.password}` : secret.token;
  return given !== undefined && timingSafeEqual(digest(given), digest(expected));
}

function digest(secret: string | Uint8Array): Buffer {
  return createHash('sha256').update(secret).digest();
}

function readSecret(request: IncomingMessage, scheme: Secret['kind']): Uint8Array | undefined {
  const match = /^([^ ]+) +([^ ]+) *$/.exec(request.headers.authorization ?? '');
  if (match?.[1]?.toLowerCase() !== scheme || match[2] === undefined) return undefined;
  return Buffer.from(match[2], scheme === 'basic' ? 'base64' : 'latin1');
}

/** Who the client certificate is about, if our authority signed it. */
function certifiedSubject({ socket }: IncomingMessage): string | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const { subject } = socket.getPeerCertificate();
  return `certificate ${subject?.CN ?? 'without a name'}`;
}
