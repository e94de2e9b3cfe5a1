import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compileCacheDirectory } from '../../src/cli/compile-cache.js';
import { spawnCli } from '../support/app.js';
import { tempDir } from '../support/temp.js';

describe('compiled code is kept', () => {
  test.each([
    [{ CACHE_DIRECTORY: '/var/cache/as:/var/cache/b', XDG_CACHE_HOME: '/x' }, '/var/cache/as/compiled'],
    [{ XDG_CACHE_HOME: '/x', HOME: '/home/a' }, '/x/nats-account-server'],
    [
      { CACHE_DIRECTORY: '', XDG_CACHE_HOME: 'relative', HOME: '/home/a' },
      '/home/a/.cache/nats-account-server',
    ],
    [{}, join(homedir(), '.cache/nats-account-server')],
    [{ HOME: '' }, undefined],
  ])('with %j in %s', (env, directory) => {
    expect(compileCacheDirectory(env)).toBe(directory);
  });
});

describe.runIf('enableCompileCache' in module)('a directory for compiled code', () => {
  /** What lies in the directory after the program has run. */
  async function keptIn(cacheHome: string): Promise<string[]> {
    const child = spawnCli(['--version'], { XDG_CACHE_HOME: cacheHome });
    expect(await once(child, 'exit')).toEqual([0, null]);
    return readdirSync(join(cacheHome, 'nats-account-server'));
  }

  test('is made for its owner alone', async () => {
    const home = join(tempDir(), 'cache');
    expect(await keptIn(home)).not.toEqual([]);
    expect(statSync(join(home, 'nats-account-server')).mode & 0o777).toBe(0o700);
  });

  test('in which others can write is left alone', async () => {
    const home = tempDir();
    mkdirSync(join(home, 'nats-account-server'));
    chmodSync(join(home, 'nats-account-server'), 0o777);
    expect(await keptIn(home)).toEqual([]);
  });
});
