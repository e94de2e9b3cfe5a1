import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { loadConfig, loadNatsConfig } from '../../src/config/load.js';
import { findNscCreds } from '../../src/config/nsc-creds.js';
import { mintAccount, mintCreds, mintOperator } from '../support/mint.js';
import { describeWithNsc, nscHome } from '../support/nsc.js';
import { tempDir } from '../support/temp.js';

let home = '';
beforeEach(() => {
  home = tempDir('nas-home-');
  vi.stubEnv('HOME', home);
  vi.stubEnv('NKEYS_PATH', '');
  vi.stubEnv('XDG_DATA_HOME', '');
  return () => void vi.unstubAllEnvs();
});

const CREDS = mintCreds(mintAccount(mintOperator()));

/** Writes creds to that place below the home directory. */
function put(...place: string[]): string {
  const file = join(home, ...place);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, CREDS);
  return file;
}

const TODAY = ['creds', 'acme', 'SYS', 'sys.creds'];
const OLD = ['acme', 'accounts', 'SYS', 'users', 'sys.creds'];
const DATA = ['.local', 'share', 'nats', 'nsc', 'keys'];

describe('creds of acme/SYS/sys are found', () => {
  test.each([
    ['in the keystore of today', DATA, TODAY, {}],
    ['below XDG_DATA_HOME', ['data', 'nats', 'nsc', 'keys'], TODAY, { XDG_DATA_HOME: 'data' }],
    ['below NKEYS_PATH', ['elsewhere'], TODAY, { NKEYS_PATH: 'elsewhere' }],
    ['below NKEYS_PATH in the old layout', ['elsewhere'], OLD, { NKEYS_PATH: 'elsewhere' }],
    ['in ~/.nkeys', ['.nkeys'], TODAY, {}],
    ['in ~/.nkeys in the old layout', ['.nkeys'], OLD, {}],
    ['in ~/.nkeys, though NKEYS_PATH is set', ['.nkeys'], OLD, { NKEYS_PATH: 'elsewhere' }],
  ])('%s', (_, keystore, place, env) => {
    const file = put(...keystore, ...place);
    const absolute = Object.entries(env).map(([name, dir]) => [name, join(home, dir)]);
    expect(findNscCreds('acme/SYS/sys', Object.fromEntries(absolute))).toEqual({ ok: true, value: file });
  });

  test('the keystore of today counts more than the old one', () => {
    put('.nkeys', ...OLD);
    const file = put(...DATA, ...TODAY);
    expect(findNscCreds('acme/SYS/sys')).toEqual({ ok: true, value: file });
  });

  test('names may hold blanks, dots and signs', () => {
    const file = put(...DATA, 'creds', 'my op', 'a.b', "o'neil..creds");
    expect(findNscCreds("my op/a.b/o'neil.")).toEqual({ ok: true, value: file });
  });
});

test('not found: every place that was looked at is named', () => {
  const at = (...place: string[]) => join(home, ...place);
  expect(findNscCreds('acme/SYS/sys')).toEqual({
    ok: false,
    message: `no creds of acme/SYS/sys were found; looked at ${at(...DATA, ...TODAY)}, ${at(...DATA, ...OLD)}, ${at('.nkeys', ...TODAY)}, ${at('.nkeys', ...OLD)}`,
  });
});

test.each([
  ['acme', '"acme" is not OPERATOR/ACCOUNT/USER, such as acme/SYS/sys'],
  ['acme/SYS', '"acme/SYS" is not OPERATOR/ACCOUNT/USER, such as acme/SYS/sys'],
  ['acme//sys', '"acme//sys" is not OPERATOR/ACCOUNT/USER, such as acme/SYS/sys'],
  ['acme/SYS/a/b', '"acme/SYS/a/b" is not OPERATOR/ACCOUNT/USER, such as acme/SYS/sys'],
  ['../SYS/sys', '".." is no name of an operator, account or user'],
  ['acme/../sys', '".." is no name of an operator, account or user'],
  ['acme/./sys', '"." is no name of an operator, account or user'],
  ['acme/SYS/..\\..\\x', '"..\\..\\x" is no name of an operator, account or user'],
  ['acme/SYS/a\0b', '"a\0b" is no name of an operator, account or user'],
])('%j leads nowhere, whatever stands there', (text, message) => {
  put('.nkeys', 'creds', 'sys.creds');
  expect(findNscCreds(text)).toEqual({ ok: false, message });
});

/** What `--user` and other flags set. */
const flags = (values: Record<string, string>) => ({
  env: {},
  file: undefined,
  flags: Object.entries(values).map(([flag, value]) => ({ flag, spelling: `--${flag}`, value })),
});

describe('as an option', () => {
  test('it stands for the creds file, in the service as in commands', () => {
    const creds = put(...DATA, ...TODAY);
    const loaded = loadNatsConfig(flags({ user: 'acme/SYS/sys' }));
    expect(loaded).toMatchObject({ ok: true, config: { nats: { creds } } });
    const service = flags({ user: 'acme/SYS/sys', nats: 'localhost', nsc: home });
    writeFileSync(join(home, '.nsc'), '{}');
    expect(loadConfig(service)).toMatchObject({ ok: true, config: { nats: { creds } } });
  });

  test('a keystore that may not be looked into is said', () => {
    put(...DATA, ...TODAY);
    const closed = join(home, ...DATA, 'creds');
    chmodSync(closed, 0);
    const loaded = loadNatsConfig(flags({ user: 'acme/SYS/sys' }));
    chmodSync(closed, 0o700);
    // root may look into everything.
    if (process.getuid?.() === 0) expect(loaded.ok).toBe(true);
    else expect(loaded).toMatchObject({ problems: [{ message: expect.stringContaining('permissions') }] });
  });

  test('a command needs no store, but creds that are some', () => {
    expect(loadNatsConfig(flags({}))).toMatchObject({ ok: true });
    writeFileSync(join(home, 'none.creds'), 'nothing');
    expect(loadNatsConfig(flags({ creds: join(home, 'none.creds') }))).toMatchObject({
      ok: false,
      problems: [{ option: 'nats.creds', message: expect.stringContaining('holds no user JWT') }],
    });
    expect(loadNatsConfig(flags({ creds: join(home, 'no.creds'), 'nats-user': 'x' }))).toMatchObject({
      ok: false,
      problems: [
        { option: 'nats.user', message: 'cannot be used together with --creds' },
        { option: 'nats.user', message: 'needs nats.password as well' },
        { option: 'nats.creds', message: expect.stringContaining('there is no such file') },
      ],
    });
  });
});

describeWithNsc('what nsc writes', () => {
  test('is found by the names that nsc uses', async () => {
    const nsc = nscHome();
    await nsc.ok('add', 'operator', '--name', 'acme', '--sys');
    await nsc.ok('add', 'account', '--name', 'my app');
    await nsc.ok('add', 'user', '--account', 'my app', '--name', 'alice');
    for (const [account, user] of [
      ['SYS', 'sys'],
      ['my app', 'alice'],
    ] as const)
      expect(findNscCreds(`acme/${account}/${user}`, { NKEYS_PATH: nsc.keysDir })).toEqual({
        ok: true,
        value: nsc.credsFile('acme', account, user),
      });
  });
});
