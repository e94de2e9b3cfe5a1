/** What keeps the service from listening. */
export type ListenCode =
  | 'listen.bad_certificate'
  | 'listen.address_in_use'
  | 'listen.not_permitted'
  | 'listen.no_address'
  | 'listen.failed';

/** The service cannot listen where it should; the message says what to do. */
export class ListenError extends Error {
  override readonly name = 'ListenError';

  constructor(
    readonly code: ListenCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

const REASONS: Readonly<Record<string, readonly [ListenCode, string]>> = {
  EADDRINUSE: ['listen.address_in_use', 'another program listens there; stop it or choose another port'],
  EACCES: ['listen.not_permitted', 'not permitted; ports below 1024 need a privilege'],
  EADDRNOTAVAIL: ['listen.no_address', 'this machine has no such address'],
  EAFNOSUPPORT: ['listen.no_address', 'this machine has no such kind of address'],
  ENOTFOUND: ['listen.no_address', 'the host name is not known'],
};

/** Puts a system error into words. */
export function listenError(host: string, port: number, cause: unknown): ListenError {
  const systemCode = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const [code, why] = REASONS[systemCode] ?? ['listen.failed', String(cause)];
  const shownHost = host.includes(':') ? `[${host}]` : host;
  return new ListenError(code, `cannot listen on ${shownHost}:${port}: ${why}`, { cause });
}

/** Puts what OpenSSL says of certificates into words. */
export function certificateError(cause: unknown): ListenError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new ListenError('listen.bad_certificate', `the certificates cannot be used: ${why}`, { cause });
}
