import type { AccountStore, Log } from '../accounts/ports.js';
import type { Config } from '../config/schema.js';
import { JwtDirectoryStore } from '../store/jwt-directory.js';
import { MemoryStore } from '../store/memory.js';
import { NscDirectoryStore } from '../store/nsc-directory.js';

/** The store that the configuration names, not started; its checks have made sure that it names exactly one. */
export function openStore({ store }: Pick<Config, 'store'>, log: Log): AccountStore {
  const { readOnly, sweepIntervalMs: sweepMs, shard } = store;
  if (store.nsc !== undefined) return new NscDirectoryStore({ dir: store.nsc, readOnly, sweepMs, log });
  if (store.dir !== undefined)
    return new JwtDirectoryStore({ dir: store.dir, shard, readOnly, sweepMs, log });
  return new MemoryStore();
}
