import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { CHALLENGES, type Credentials, shows } from './credentials.js';
import type { PushRights } from './options.js';

/** Whether a request may push, and as whom. */
export type PushVerdict =
  | { readonly allowed: true; readonly pusher: string | undefined }
  /** `challenge` is what WWW-Authenticate asks for; `undefined` where only a certificate would help. */
  | { readonly allowed: false; readonly challenge: string | undefined };

/** Decides who may push, from headers and connection alone: before a body is read. */
export class PushGate {
  #secret: Credentials | undefined;

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
    if (!shows(request, secret)) return { allowed: false, challenge: CHALLENGES[secret.kind] };
    return { allowed: true, pusher: secret.kind === 'basic' ? secret.user : 'bearer' };
  }
}

/** Who the client certificate is about, if our authority signed it. */
function certifiedSubject({ socket }: IncomingMessage): string | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const { subject } = socket.getPeerCertificate();
  return `certificate ${subject?.CN ?? 'without a name'}`;
}
