import { crc16, encodeBase32 } from '../../src/claims/keys.js';

/** The prefix bytes of public nkeys (nats-io/nkeys strkey.go). */
export const KEY_PREFIX = { operator: 14 << 3, account: 0, user: 20 << 3 } as const;

/** The text of a public key, from its kind and its 32 raw bytes. */
export function encodeKey(kind: keyof typeof KEY_PREFIX, raw: Uint8Array): string {
  const bytes = Buffer.concat([Buffer.from([KEY_PREFIX[kind]]), raw, Buffer.alloc(2)]);
  bytes.writeUInt16LE(crc16(bytes, 33), 33);
  return encodeBase32(bytes);
}
