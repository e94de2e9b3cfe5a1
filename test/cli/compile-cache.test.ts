import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import module from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { spawnCli } from '../support/app.js';
import { tempDir } from '../support/temp.js';

/** Node 22.1 and newer. */
const CAN_KEEP = 'enableCompileCache' in module;

describe('a directory for compiled code', () => {
  /** What lies in the directory after the program has run; undefined when there is none. */
  async function keptIn(cacheHome: string): Promise<string[] | undefined> {
    const child = spawnCli(['--version'], { XDG_CACHE_HOME: cacheHome });
    expect(await once(child, 'exit')).toEqual([0, null]);
    const directory = join(cacheHome, 'nats-account-server');
    return existsSync(directory) ? readdirSync(directory) : undefined;
  }

  test('is made for its owner alone, if this node can keep it', async () => {
    const home = join(tempDir(), 'cache');
    expect((await keptIn(home))?.length ?? 0).toBe(CAN_KEEP ? 1 : 0);
    expect(existsSync(home)).toBe(CAN_KEEP);
    if (CAN_KEEP) expect(statSync(join(home, 'nats-account-server')).mode & 0o777).toBe(0o700);
  });

  test('in which others can write is left alone', async () => {
    const home = tempDir();
    mkdirSync(join(home, 'nats-account-server'));
    chmodSync(join(home, 'nats-account-server'), 0o777);
    expect(await keptIn(home)).toEqual([]);
  });
});
