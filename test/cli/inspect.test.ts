import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type MintedAccount, mintAccount, mintCreds, mintOperator } from '../support/mint.js';
import { tempDir } from '../support/temp.js';
import { run } from './command-line.js';

const operator = mintOperator({ name: 'acme', signingKeys: 1 });
const other = mintOperator({ name: 'other' });
const account = mintAccount(operator, { name: 'APP' });

/** Writes a file into a directory of its own. */
function file(text: string, name = 'a.jwt'): string {
  const path = join(tempDir(), name);
  writeFileSync(path, text);
  return path;
}

/** An nsc operator directory with accounts. */
function nscDirectory(...accounts: (MintedAccount & { name: string })[]): string {
  const dir = join(tempDir(), 'acme');
  mkdirSync(dir);
  writeFileSync(join(dir, '.nsc'), '{"name":"acme"}');
  writeFileSync(join(dir, 'acme.jwt'), operator.jwt);
  for (const { name, jwt } of accounts) {
    mkdirSync(join(dir, 'accounts', name), { recursive: true });
    writeFileSync(join(dir, 'accounts', name, `${name}.jwt`), jwt);
  }
  return dir;
}

describe('what can be inspected', () => {
  const shown = expect.stringContaining(`subject    ${account.key}`);

  test.each([
    ['a file', () => [file(account.jwt)]],
    ['a file with a line end', () => [file(`${account.jwt}\n`)]],
    [
      'a decorated file',
      () => [file(`-----BEGIN NATS ACCOUNT JWT-----\n${account.jwt}\n------END NATS ACCOUNT JWT------\n`)],
    ],
    ['a token', () => [account.jwt]],
    [
      'an account key, by the nsc directory',
      () => [account.key, '--nsc', nscDirectory({ ...account, name: 'APP' })],
    ],
  ])('%s', async (_name, args) => {
    expect(await run(['inspect', ...args()])).toEqual({ code: 0, stdout: shown, stderr: '' });
  });

  test('standard input', async () => {
    expect(await run(['inspect', '-'], { stdin: account.jwt })).toMatchObject({ code: 0, stdout: shown });
  });

  test.each([
    ['flat', account.key, []],
    ['sharded', join(account.key.slice(-2), account.key), ['--shard']],
  ])('an account key, by a %s JWT directory', async (_name, path, flags) => {
    const dir = tempDir();
    mkdirSync(join(dir, path, '..'), { recursive: true });
    writeFileSync(join(dir, `${path}.jwt`), account.jwt);
    const ended = await run(['inspect', account.key, '--dir', dir, ...flags]);
    expect(ended).toMatchObject({ code: 0, stdout: shown });
    expect(ended.stdout).toContain(`from       ${path}.jwt`);
  });

  test('an account key by a configuration file', async () => {
    const config = file(`store.nsc: ${nscDirectory({ ...account, name: 'APP' })}`, 'as.conf');
    const ended = await run(['inspect', account.key], { env: { NATS_ACCOUNT_SERVER_CONFIG: config } });
    expect(ended).toMatchObject({ code: 0, stdout: shown });
    expect(ended.stdout).toContain('yes, signed by the operator acme');
  });

  test('of several files of one account the newest', async () => {
    const newer = mintAccount(operator, { identity: account.identity, name: 'NEW', iat: 2_000_000_000 });
    const dir = nscDirectory({ ...account, name: 'APP' }, { ...newer, name: 'NEW' });
    expect((await run(['inspect', account.key, '--nsc', dir])).stdout).toContain(
      'from       accounts/NEW/NEW.jwt',
    );
  });

  test('a creds file: the user, and never the seed', async () => {
    const creds = mintCreds(account, 'bob');
    const seed = /^SU.*$/m.exec(creds)?.[0];
    expect(seed).toHaveLength(58);
    for (const format of [[], ['--json']]) {
      const ended = await run(['inspect', file(creds, 'bob.creds'), ...format, '--nsc', nscDirectory()]);
      expect(ended).toMatchObject({ code: 0, stderr: '' });
      expect(ended.stdout).toContain('bob');
      expect(ended.stdout).not.toContain(seed);
    }
  });
});

describe('what cannot', () => {
  const dir = nscDirectory();
  test.each([
    ['a file that is not there', ['none.jwt'], 'none.jwt: there is no such file or directory'],
    ['a directory', [tempDir()], 'it is a directory, not a file'],
    ['the key of an operator', [operator.key], 'that is a key of another kind: operator'],
    [
      'a key without a store',
      [account.key],
      'to look up an account key, name the store: --nsc DIR or --dir DIR',
    ],
    [
      'a key that is not in the store',
      [account.key, '--nsc', dir],
      `${account.key} is not in the nsc directory ${dir}`,
    ],
    [
      'a store that is not there',
      [account.key, '--nsc', '/none/acme'],
      'is not in the nsc directory /none/acme',
    ],
    [
      'an operator that is not there',
      [account.jwt, '--operator', '/none'],
      '/none: there is no such file or directory',
    ],
    [
      'an operator that is none',
      [account.jwt, '--operator', file('x', 'op.jwt')],
      'op.jwt is no operator JWT: the token',
    ],
    ['a file without end', ['/dev/zero'], '/dev/zero is larger than any token'],
    ['an option with a mistake', [account.jwt, '--listen', 'x'], '--listen: "x" is not host:port'],
  ])('%s: exit code 2', async (_name, args, message) => {
    const ended = await run(['inspect', ...args]);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain(message);
  });

  test.each([
    ['an empty file', '', 'three chunks'],
    ['three words', 'eyJ.x.y', 'the header is not JSON'],
    ['a token with another signature', `${account.jwt.slice(0, -4)}AAAA`, 'signature'],
  ])('%s is no token: exit code 4', async (_name, text, message) => {
    const ended = await run(['inspect', file(text)]);
    expect(ended).toMatchObject({ code: 4, stdout: '' });
    expect(ended.stderr).toContain(message);
    const { stdout } = await run(['inspect', file(text), '--json']);
    expect(JSON.parse(stdout)).toEqual({ decode: { ok: false, error: expect.stringContaining(message) } });
  });
});

describe('the verdict', () => {
  const trusting = ['--operator', file(operator.jwt, 'op.jwt')];
  const now = Math.floor(Date.now() / 1000);

  test.each([
    ['signed by the operator', account, 0, 'yes, signed by the operator acme'],
    ['signed by another operator', mintAccount(other), 3, 'no, not signed by the operator acme'],
    ['expired', mintAccount(operator, { exp: now - 7200 }), 3, '(2 hours ago)'],
    ['not yet valid', mintAccount(operator, { nbf: now + 90_000 }), 3, '(in 1 day)'],
    [
      'wrong',
      mintAccount(operator, { nats: { exports: [{ subject: 'a b', type: 'stream' }] } }),
      3,
      'nats.exports[0].subject',
    ],
    ['without subject', mintAccount(operator, { claims: { sub: 'me' } }), 3, 'H3'],
    [
      'with a warning only',
      mintAccount(operator, { nats: { limits: {}, mappings: { 'a.b': [{ subject: 'c' }] } } }),
      0,
      'none',
    ],
  ])('%s', async (_name, { jwt }, code, text) => {
    const ended = await run(['inspect', jwt, ...trusting]);
    expect(ended).toMatchObject({ code, stderr: '' });
    expect(ended.stdout).toContain(text);
  });

  test('an operator that cannot be relied on trusts nothing, and that is said', async () => {
    const forged = mintOperator({ identity: other.identity, claims: { sub: operator.key } });
    const ended = await run(['inspect', account.jwt, '--operator', file(forged.jwt, 'op.jwt')]);
    expect(ended).toMatchObject({ code: 3 });
    expect(ended.stderr).toContain('is an operator JWT that nothing can rely on');
  });

  test('as JSON', async () => {
    const { code, stdout } = await run(['inspect', account.jwt, '--json', ...trusting]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      decode: { ok: true },
      kind: 'account',
      version: 2,
      subject: account.key,
      issues: [],
      blocking: false,
      hardening: [],
      trusted: true,
      hardening_issues: [],
      claims: { name: 'APP', sub: account.key, nats: { limits: { conn: -1 } } },
    });
  });
});

describe('tables', () => {
  const userKey = mintAccount(operator).key.replace(/^A/, 'U');
  const rich = mintAccount(operator, {
    name: 'rich',
    exp: 4_000_000_000,
    claims: { aud: 'everybody', nbf: 1 },
    nats: {
      tags: ['a', 'b'],
      description: 'the one with it all',
      info_url: 'https://example.com',
      limits: {
        conn: 5,
        data: 2_097_152,
        mem_storage: -1,
        disk_storage: 1,
        tiered_limits: { R3: { disk_storage: 1024 } },
      },
      exports: [
        {
          name: 'ask',
          subject: 'ask.>',
          type: 'service',
          token_req: true,
          response_type: 'Stream',
          advertise: true,
        },
        null,
      ],
      imports: [{ name: 'get', subject: 'get', type: 'stream', account: account.key, local_subject: 'mine' }],
      signing_keys: [
        mintAccount(operator).key,
        { kind: 'user_scope', key: mintAccount(operator).key, role: 'dev' },
      ],
      revocations: { '*': 1_700_000_000, [userKey]: 1_700_000_000 },
      default_permissions: { pub: { allow: ['x.>'], deny: ['x.y'] }, resp: { max: 3, ttl: 5_000_000_000 } },
      mappings: { from: [{ subject: 'to', weight: 20, cluster: 'east' }] },
      trace: { dest: 'traces' },
      cluster_traffic: 'owner',
      authorization: { auth_users: [userKey] },
    },
  });

  test('every part of an account', async () => {
    const { stdout } = await run(['inspect', rich.jwt]);
    for (const line of [
      /^account rich$/m,
      /^ {2}expires +2096-10-02 07:06:40 UTC \(in \d+ years\)$/m,
      /^ {2}valid from +1970-01-01 00:00:01 UTC/m,
      /^ {2}tags +a, b$/m,
      /^ {2}description +the one with it all$/m,
      /^ {2}connections +5$/m,
      /^ {2}data +2097152 \(2 MiB\)$/m,
      /^JetStream limits of the tier R3\n {2}memory +0\n {2}disk +1024 \(1 KiB\)$/m,
      /^ {2}ask +service +ask\.> +with a token +answers Stream, advertised$/m,
      /^ {2}\(null\)$/m,
      /^ {2}get +stream +get +A[A-Z2-7]{55} +mine$/m,
      /^ {2}A[A-Z2-7]{55} +role dev$/m,
      /^ {2}all users +issued until 2023-11-14 22:13:20 UTC/m,
      /^ {2}may publish +x\.>$/m,
      /^ {2}may answer +3 times within 5s$/m,
      /^ {2}from +→ to +20 % +in east$/m,
      /^ {2}cluster traffic +owner$/m,
      /^ {2}severity +rule +where +what$/m,
    ])
      expect(stdout).toMatch(line);
  });

  test('an operator', async () => {
    const { stdout } = await run(['inspect', mintOperator({ name: 'op', strict: true, signingKeys: 1 }).jwt]);
    expect(stdout).toMatch(/^operator op$/m);
    expect(stdout).toMatch(/^ {2}accounts are signed by +signing keys only$/m);
    expect(stdout).toMatch(/^Signing keys\n {2}O[A-Z2-7]{55}$/m);
  });

  test('a user', async () => {
    const creds = mintCreds(account, 'bob', {
      src: ['10.0.0.0/8'],
      times: [{ start: '08:00:00', end: '17:00:00' }],
    });
    const { stdout } = await run(['inspect', '-'], { stdin: creds });
    expect(stdout).toMatch(/^user bob$/m);
    expect(stdout).toMatch(/^ {2}connects at +08:00:00–17:00:00$/m);
  });

  test('nothing in a token reaches a terminal as a command', async () => {
    const evil = '\u001b]0;owned\u0007\u009b31m\u202e\nIssues\n  none';
    const nats = { description: evil, tags: [evil], mappings: { [evil]: [{ subject: evil }] } };
    const { jwt } = mintAccount(operator, { name: evil, nats });
    for (const format of [[], ['--json']]) {
      const { stdout } = await run(['inspect', jwt, ...format]);
      expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
      expect(stdout.match(/^Issues$/gm)?.length ?? 0).toBe(format.length === 0 ? 1 : 0);
    }
  });

  test('colours on a terminal, and none with NO_COLOR', async () => {
    const colored = await run(['inspect', account.jwt], { terminal: true });
    expect(colored.stdout).toContain('\u001b[1maccount APP\u001b[22m');
    const plain = await run(['inspect', account.jwt], { terminal: true, env: { NO_COLOR: '1' } });
    expect(plain.stdout).not.toContain('\u001b');
  });
});
