import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, symlinkSync, truncateSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import { mintAccount, mintCreds, mintOperator } from '../support/mint.js';
import { PROJECT_ROOT } from '../support/real-program.js';
import { Place } from './configuration.js';

describe('files that are named', () => {
  test.each([
    ['operator', 'none', '--operator: none: there is no such file or directory'],
    ['operator', 'jwt', '--operator: jwt is a directory, not a file'],
    ['operator', 'op.jwt/x', '--operator: op.jwt/x: a part of the path is a file, not a directory'],
    ['operator', 'loop', '--operator: loop: its symbolic links go in circles'],
    ['dir', 'op.jwt', '--dir: op.jwt is a file, not a directory'],
    ['dir', 'op.jwt/x', '--dir: op.jwt/x: a part of the path is a file, not a directory'],
    ['dir', 'dangling', '--dir: dangling: there is no such file or directory'],
    ['dir', 'loop', '--dir: loop: its symbolic links go in circles'],
    ['nsc', 'odd', '--nsc: odd is no nsc operator directory: it holds neither .nsc nor odd.jwt'],
    ['nsc', 'none', '--nsc: none: there is no such file or directory'],
    ['nsc', 'jwt', '--nsc: jwt is no nsc operator directory: it holds neither .nsc nor jwt.jwt'],
    [
      'nsc',
      'stores',
      '--nsc: stores is no nsc operator directory: it holds neither .nsc nor stores.jwt; did you mean stores/acme?',
    ],
    [
      'nsc',
      'stores/acme/accounts',
      '--nsc: stores/acme/accounts is no nsc operator directory: it holds neither .nsc nor accounts.jwt; did you mean stores/acme?',
    ],
  ])('--%s %s', (flag, name, problem) => {
    const place = new Place();
    symlinkSync('loop', place.path('loop'));
    symlinkSync('nowhere', place.path('dangling'));
    mkdirSync(place.path('odd'));
    symlinkSync('.nsc', place.path('odd/.nsc'));
    mkdirSync(place.path('stores/acme/accounts'), { recursive: true });
    place.write('stores/acme/acme.jwt', 'x');
    const base = flag === 'nsc' ? {} : { operator: place.path('op.jwt'), dir: place.path('jwt') };
    expect(place.problems({ flags: { ...base, [flag]: place.path(name) } })).toEqual([problem]);
  });

  // The superuser may read everything.
  test.skipIf(process.getuid?.() === 0)('one without permission', () => {
    const place = new Place();
    chmodSync(place.write('locked', 'x'), 0);
    const flags = { operator: place.path('locked'), dir: place.path('jwt') };
    expect(place.problems({ flags })).toEqual([
      '--operator: locked: this process may not read it (permissions)',
    ]);
  });

  test('a JWT directory that is not there yet is fine, and checking does not make it', () => {
    const place = new Place();
    const before = readdirSync(place.dir);
    const flags = { dir: place.path('new/deep'), operator: place.path('op.jwt') };
    expect(place.problems({ flags })).toEqual([]);
    expect(readdirSync(place.dir)).toEqual(before);
  });

  test('an nsc directory may be reached through a link', () => {
    const place = new Place();
    symlinkSync(place.nsc, place.path('current'));
    expect(place.problems({ flags: { nsc: place.path('current') } })).toEqual([]);
  });

  test('a FIFO is not opened by checking', () => {
    const place = new Place();
    execFileSync('mkfifo', [place.path('fifo')]);
    const flags = { nsc: place.nsc, 'tls-cert': place.path('fifo'), 'tls-key': place.path('fifo') };
    expect(place.problems({ flags })).toEqual([
      '--tls-cert: fifo is no regular file',
      '--tls-key: fifo is no regular file',
    ]);
  });
});

describe('files that are read for the configuration', () => {
  const place = new Place();
  execFileSync('mkfifo', [place.path('fifo')]);
  truncateSync(place.write('huge', ''), 6 * 1024 ** 3);

  test.each([
    ['fifo', 'it is no regular file'],
    ['huge', 'it is larger than 1 MiB'],
    ['jwt', 'it is a directory, not a file'],
    ['none', 'there is no such file or directory'],
    ['op.jwt/x', 'a part of the path is a file, not a directory'],
  ])('%s: told, and neither waited for nor read', (name, why) => {
    const flags = { nsc: place.nsc, 'push-token-file': place.path(name) };
    expect(place.problems({ flags })).toEqual([`--push-token-file: cannot read ${name}: ${why}`]);
    const file = place.write('includes.conf', `include ${name}`);
    const loaded = loadConfig({ flags: [], env: {}, file });
    expect(loaded.ok ? [] : loaded.problems.map(({ message }) => message)).toEqual([
      `cannot read ${place.path(name)}: ${why}`,
    ]);
  });

  test('what a shell has opened is read like a file', () => {
    const script =
      'exec "$0" --import tsx src/main.ts check-config --dump --nsc "$1" --push-token-file <(echo s3cret)';
    const args = ['-c', script, process.execPath, place.nsc];
    const shown: unknown = JSON.parse(execFileSync('bash', args, { cwd: PROJECT_ROOT, encoding: 'utf8' }));
    expect(shown).toMatchObject({ http: { push: { token: '[hidden]' } } });
  });
});

describe('what proves our identity to NATS', () => {
  const account = mintAccount(mintOperator());
  const creds = mintCreds(account);
  const [jwt = '', seed = ''] = [creds.split('\n')[1], creds.split('\n')[5]];
  const otherSeed = mintCreds(account).split('\n')[5] ?? '';

  test.each([
    ['an empty file', '', 'holds no user JWT; make it with nsc generate creds'],
    ['a JWT alone', jwt, 'holds no user JWT; make it with nsc generate creds'],
    ['creds cut off', creds.slice(0, creds.indexOf(seed)), 'cannot be used: there is no seed'],
    [
      'creds with a damaged seed',
      creds.replace(seed, `${seed.slice(0, -4)}AAAA`),
      'cannot be used: the seed is damaged',
    ],
    [
      'creds with a forged JWT',
      creds.replace(jwt, `${jwt.slice(0, -8)}AAAAAAAA`),
      /^holds a user JWT that cannot be used: /,
    ],
    [
      'creds of an account',
      creds.replace(jwt, account.jwt),
      "holds a JWT of type account; a user's is needed",
    ],
    [
      "creds with another user's seed",
      creds.replace(seed, otherSeed),
      'holds a seed that does not belong to its user JWT',
    ],
  ])('%s is told, without quoting it', (_, text, why) => {
    const place = new Place();
    const flags = { nsc: place.nsc, nats: 'localhost', creds: place.write('bad.creds', text) };
    const [problem = '', ...others] = place.problems({ flags });
    expect(others).toEqual([]);
    expect(problem).toMatch(/^--creds: bad\.creds /);
    const said = problem.replace('--creds: bad.creds ', '');
    if (typeof why === 'string') expect(said).toBe(why);
    else expect(said).toMatch(why);
    expect(problem).not.toContain(seed);
  });

  test("an nkey file needs a user's seed", () => {
    const place = new Place();
    const wrong = new TextDecoder().decode(account.identity.getSeed());
    const problems = (text: string) =>
      place.problems({ flags: { nsc: place.nsc, nats: 'localhost', 'nats-nkey': place.write('nk', text) } });
    expect(problems(wrong)).toEqual(["--nats-nkey: nk holds the seed of an account; a user's is needed"]);
    expect(problems(seed)).toEqual([]);
  });
});
