import { onTestFinished } from 'vitest';
import type { SlotVerdict } from '../../src/accounts/ports.js';
import type { DirectoryStoreOptions } from '../../src/store/directory-options.js';
import { NscDirectoryStore } from '../../src/store/nsc-directory.js';
import { KeptLog } from '../support/accounts.js';
import { KeptListener } from './kept-listener.js';

/** A started store with those who hear it. */
export interface Opened {
  readonly store: NscDirectoryStore;
  readonly listener: KeptListener;
  readonly log: KeptLog;
}

/** Neither way of noticing helps the other: by events alone, and by the sweep alone. */
export const WAYS = [
  { way: 'by events', watch: true, sweepMs: 600_000 },
  { way: 'by the sweep', watch: false, sweepMs: 40 },
] as const;

/**
 * Starts a store on an nsc directory, by events alone unless told otherwise, and waits until it watches. It is closed
 * when the test ends.
 */
export async function openNsc(
  dir: string,
  choices: Partial<DirectoryStoreOptions> & { readonly verdict?: SlotVerdict } = {},
): Promise<Opened> {
  const { verdict, ...options } = choices;
  const listener = new KeptListener();
  if (verdict !== undefined) listener.verdict = () => verdict;
  const log = new KeptLog();
  const store = new NscDirectoryStore({ dir, readOnly: true, sweepMs: 600_000, log, ...options });
  onTestFinished(() => store.close());
  await store.start(listener);
  // After the first reading the watches are set and everything is looked at once more.
  if (options.watch !== false && listener.outages.length === 0) await listener.sweptAnew(1);
  return { store, listener, log };
}
