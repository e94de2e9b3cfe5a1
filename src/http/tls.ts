import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext, type TlsOptions } from 'node:tls';
import { certificateError } from './listen-error.js';
import type { TlsMaterial } from './options.js';

const HANDSHAKE_TIMEOUT_MS = 10_000;

/**
 * What a TLS server needs that can change while it runs, tried out.
 * @throws ListenError when certificate, key and authority do not work together
 */
export function secureContext({ cert, key, clientCa }: TlsMaterial): TlsOptions {
  const context: TlsOptions = {
    cert,
    key,
    minVersion: 'TLSv1.2',
    ...(clientCa !== undefined && { ca: clientCa }),
  };
  try {
    const certificate = named(
      'the certificate file holds no PEM certificate',
      () => new X509Certificate(cert),
    );
    const privateKey = named(
      'the key file holds no PEM private key that is readable without a passphrase',
      () => createPrivateKey(key),
    );
    if (!certificate.checkPrivateKey(privateKey))
      throw new Error('the private key does not belong to the certificate');
    // OpenSSL passes over a text without a certificate in it; then no client would be trusted.
    if (clientCa !== undefined)
      named('the file of the client authority holds no PEM certificate', () => new X509Certificate(clientCa));
    createSecureContext(context);
  } catch (cause) {
    throw certificateError(cause);
  }
  return context;
}

/** OpenSSL does not say which of several texts it could not read. */
function named<T>(problem: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new Error(problem, { cause });
  }
}

/**
 * What a TLS server is made with: TLS 1.2 or later; client certificates are asked for if there is an authority for
 * them, and never demanded, since reading is open to all.
 * @throws ListenError when certificate, key and authority do not work together
 */
export function secureOptions(tls: TlsMaterial): TlsOptions {
  return {
    ...secureContext(tls),
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    requestCert: tls.clientCa !== undefined,
    rejectUnauthorized: false,
  };
}

/**
 * The new material, but with an authority for clients exactly if there was one at the start: a server that asks for
 * certificates would otherwise take those of every public authority.
 */
export function withAuthorityAsBefore(current: TlsMaterial, next: TlsMaterial): TlsMaterial {
  const clientCa = current.clientCa === undefined ? undefined : (next.clientCa ?? current.clientCa);
  return { cert: next.cert, key: next.key, clientCa };
}
