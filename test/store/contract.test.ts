import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { JwtDirectoryStore } from '../../src/store/jwt-directory.js';
import { MemoryStore } from '../../src/store/memory.js';
import { NscDirectoryStore } from '../../src/store/nsc-directory.js';
import { KeptLog } from '../support/accounts.js';
import { tempDir } from '../support/temp.js';
import { describeStore, type OtherProgram } from './contract.js';
import { OperatorDirectory } from './operator-directory.js';

/** `watch` alone and the sweep alone each have to do. */
const WAYS = [
  { way: 'watched', watch: true, sweepMs: 600_000 },
  { way: 'swept', watch: false, sweepMs: 50 },
] as const;

describeStore('memory', {
  durable: false,
  place: async () => {
    const store = new MemoryStore();
    return { open: () => store };
  },
});

for (const { way, watch, sweepMs } of WAYS) {
  const log = new KeptLog();

  describeStore(`nsc directory, ${way}`, {
    durable: true,
    place: async () => {
      const directory = await OperatorDirectory.make();
      return {
        open: ({ readOnly }) => new NscDirectoryStore({ dir: directory.dir, readOnly, watch, sweepMs, log }),
        others: {
          put: (_key, name, text) => directory.put(name, text),
          remove: (_key, name) => directory.remove(name),
        },
      };
    },
  });

  for (const shard of [false, true]) {
    describeStore(`${shard ? 'sharded' : 'flat'} JWT directory, ${way}`, {
      durable: true,
      place: async () => {
        const dir = join(tempDir('nas-store-'), 'jwts');
        const file = (key: string): string => join(dir, shard ? key.slice(-2) : '', `${key}.jwt`);
        return {
          open: ({ readOnly }) => new JwtDirectoryStore({ dir, shard, readOnly, watch, sweepMs, log }),
          others: othersOf(file),
        };
      },
    });
  }
}

function othersOf(file: (key: string) => string): OtherProgram {
  return {
    put: async (key, _name, text) => {
      await mkdir(dirname(file(key)), { recursive: true });
      await writeFile(file(key), text);
    },
    remove: (key) => rm(file(key)),
  };
}
