import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fromSeed, type KeyPair } from 'nkeys.js';

/**
 * The file in which nsc keeps the seed of a key: `keys/<kind>/<2nd and 3rd character>/<public key>.nk` (nsc
 * cmd/store/keys.go).
 */
export function keyFile(keystoreDir: string, publicKey: string): string {
  return join(keystoreDir, 'keys', publicKey.slice(0, 1), publicKey.slice(1, 3), `${publicKey}.nk`);
}

/** The file in which nsc keeps a user's creds: `creds/<operator>/<account>/<user>.creds`. */
export function credsFile(keystoreDir: string, operator: string, account: string, user: string): string {
  return join(keystoreDir, 'creds', operator, account, `${user}.creds`);
}

/** Writes a file of its own, and the directories it needs, readable by nobody else: 0600 and 0700. */
export async function writePrivately(file: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, content, { mode: 0o600, flag: 'wx' });
}

/** Keeps the seed of a key pair: the bare seed, without a line end. */
export function keepKey(keystoreDir: string, pair: KeyPair): Promise<void> {
  return writePrivately(keyFile(keystoreDir, pair.getPublicKey()), pair.getSeed());
}

/**
 * Reads a kept key pair.
 * @throws Error when the keystore has no such key
 */
export async function keptKey(keystoreDir: string, publicKey: string): Promise<KeyPair> {
  const seed = await readFile(keyFile(keystoreDir, publicKey), 'utf8');
  return fromSeed(new TextEncoder().encode(seed.trim()));
}
