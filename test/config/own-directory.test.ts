import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CACHE, ownDirectory } from '../../src/config/own-directory.js';

describe('the directory of what can be made again', () => {
  test.each([
    [{ CACHE_DIRECTORY: '/var/cache/as:/var/cache/b', XDG_CACHE_HOME: '/x' }, '/var/cache/as/compiled'],
    [{ XDG_CACHE_HOME: '/x', HOME: '/home/a' }, '/x/nats-account-server'],
    [
      { CACHE_DIRECTORY: '', XDG_CACHE_HOME: 'relative', HOME: '/home/a' },
      '/home/a/.cache/nats-account-server',
    ],
    [{}, join(homedir(), '.cache/nats-account-server')],
    [{ HOME: '' }, undefined],
  ])('is, with %j, %s', (env, directory) => {
    expect(ownDirectory(CACHE, env)).toBe(directory);
  });
});
