import { textOf } from '../accounts/slot-text.js';

/** The few claims that decide whose file it is. Nothing is verified here: it is compared, never trusted. */
export interface Glance {
  readonly subject: string;
  readonly name: string;
  readonly issuedAt: number;
  readonly selfSigned: boolean;
}

/** The length of an Ed25519 signature in base64url. */
export const SIGNATURE_LETTERS = 86;

/** Takes a quick look into the payload of a token; undefined when it is none, or not all there. */
export function glance(bytes: Uint8Array | undefined): Glance | undefined {
  if (bytes === undefined) return undefined;
  const [, payload, signature] = textOf(bytes).split('.', 3);
  if (payload === undefined || signature === undefined || signature.length < SIGNATURE_LETTERS)
    return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null ? fromClaims({ ...claims }) : undefined;
  } catch {
    return undefined;
  }
}

function fromClaims(claims: Readonly<Record<string, unknown>>): Glance | undefined {
  const { sub, name, iat, iss } = claims;
  if (typeof sub !== 'string') return undefined;
  return {
    subject: sub,
    name: typeof name === 'string' ? name : '',
    issuedAt: typeof iat === 'number' ? iat : 0,
    selfSigned: iss === sub,
  };
}
