import { describe, expect, test } from 'vitest';
import { defaultStateDirectory } from '../../src/app/state-directory.js';

const nsc = '/srv/stores/acme';

describe('state goes', () => {
  test.each([
    ['where XDG says', { XDG_STATE_HOME: '/x', HOME: '/home/me' }, '/x/nats-account-server/acme-'],
    ['into the home directory', { HOME: '/home/me' }, '/home/me/.local/state/nats-account-server/acme-'],
    [
      'not to a relative path',
      { XDG_STATE_HOME: 'x', HOME: '/h' },
      '/h/.local/state/nats-account-server/acme-',
    ],
    ['where systemd says', { STATE_DIRECTORY: '/var/lib/n', HOME: '/h' }, '/var/lib/n/state/acme-'],
    ['into the first of several', { STATE_DIRECTORY: '/var/lib/n:/var/lib/m' }, '/var/lib/n/state/acme-'],
  ])('%s', (_, env, start) => {
    const directory = defaultStateDirectory({ nsc, dir: undefined }, env);
    expect(directory?.slice(0, start.length)).toBe(start);
    expect(directory?.slice(start.length)).toMatch(/^[0-9a-f]{8}$/);
  });

  test('nowhere without a home directory, or for a store in memory', () => {
    expect(defaultStateDirectory({ nsc, dir: undefined }, { HOME: 'none' })).toBeUndefined();
    expect(defaultStateDirectory({ nsc: undefined, dir: undefined }, { HOME: '/h' })).toBeUndefined();
  });

  test('apart for stores of one name in two places', () => {
    const env = { HOME: '/h' };
    const one = defaultStateDirectory({ nsc: '/a/acme', dir: undefined }, env);
    const two = defaultStateDirectory({ nsc: '/b/acme', dir: undefined }, env);
    expect(one).not.toBe(two);
  });
});
