import { readFile, rename, writeFile } from 'node:fs/promises';
import type { Demo } from './demo-directory.js';
import { DemoError, messageOf } from './demo-error.js';
import { keptKey } from './keystore.js';
import { DEMO_NAMES } from './layout.js';
import { signAnew, type TokenPayload, tokenPayload } from './token-text.js';

/** What was done to the demo's account. */
export interface DemoChange {
  readonly kind: 'revoked' | 'readmitted';
  /** The file that was written. */
  readonly file: string;
  /** One sentence for a person. */
  readonly sentence: string;
}

/**
 * Changes the account APP as `nsc revocations add-user` and `delete-user` do: revokes the user guest, or lets guest in
 * again when revoked. The file is replaced in one step.
 * @throws DemoError when the account or the key that signs it cannot be read
 */
export async function changeDemoAccount(demo: Demo): Promise<DemoChange> {
  const file = demo.accountJwtFile(DEMO_NAMES.account);
  try {
    const payload = tokenPayload(await readFile(file, 'utf8'));
    const revoked = isGuestRevoked(demo, payload);
    const signer = await keptKey(demo.keystoreDir, payload.iss);
    await replaceFile(file, signAnew(withGuest(demo, payload, !revoked), signer));
    return revoked
      ? { kind: 'readmitted', file, sentence: `The user guest may connect again: ${file} was rewritten.` }
      : { kind: 'revoked', file, sentence: `The user guest is revoked: ${file} was rewritten.` };
  } catch (cause) {
    throw new DemoError(`the account in ${file} cannot be changed: ${messageOf(cause)}`, { cause });
  }
}

/**
 * Whether the user guest is revoked at the moment.
 * @throws DemoError when the account cannot be read
 */
export async function guestRevoked(demo: Demo): Promise<boolean> {
  const file = demo.accountJwtFile(DEMO_NAMES.account);
  try {
    return isGuestRevoked(demo, tokenPayload(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new DemoError(`the account in ${file} cannot be read: ${messageOf(cause)}`, { cause });
  }
}

function isGuestRevoked(demo: Demo, payload: TokenPayload): boolean {
  return demo.guestKey in revocationsOf(payload);
}

/** User key to Unix seconds: users issued until then are refused. */
function revocationsOf(payload: TokenPayload): Record<string, unknown> {
  return { ...(payload.nats.revocations as Record<string, unknown> | undefined) };
}

function withGuest(demo: Demo, payload: TokenPayload, revoked: boolean): TokenPayload {
  const { [demo.guestKey]: _, ...others } = revocationsOf(payload);
  const now = Math.floor(Date.now() / 1000);
  const revocations = revoked ? { ...others, [demo.guestKey]: now } : others;
  return { ...payload, nats: { ...payload.nats, revocations } };
}

/** The temporary name does not end in .jwt, so that neither nsc nor a watcher takes it for an account. */
async function replaceFile(file: string, content: string): Promise<void> {
  const arriving = `${file}.${process.pid}.new`;
  await writeFile(arriving, content, { mode: 0o600 });
  await rename(arriving, file);
}
