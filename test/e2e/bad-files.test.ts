import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createAccount } from 'nkeys.js';
import { expect, test, vi } from 'vitest';
import { build, type TestApp } from '../support/app.js';
import { atEnd } from '../support/clean-up.js';
import { mintAccount, mintCreds, mintOperator, nowSeconds } from '../support/mint.js';
import { OperatorTree } from '../support/operator-tree.js';
import { get, metric } from './observing.js';

const operator = mintOperator({ signingKeys: 1 });
const GOOD = ['one', 'two', 'three'];

/** Texts that are no account of our operator, and what is said of them. */
function badTexts(): Readonly<Record<string, readonly [content: string | Uint8Array, said: RegExp]>> {
  const whole = mintAccount(operator).jwt;
  const identity = createAccount();
  return {
    empty: ['', /three chunks/],
    half: [whole.slice(0, whole.length / 2), /three chunks/],
    'without its end': [whole.slice(0, -9), /signature/],
    binary: [Uint8Array.from({ length: 5_000 }, (_, i) => (i * 7919) % 256), /./],
    'more than one': [`${whole}\n${whole}`, /./],
    foreign: [mintAccount(mintOperator()).jwt, /operator/],
    'self-signed': [mintAccount(operator, { identity, signer: identity }).jwt, /signed itself|self/],
    'an operator': [operator.jwt, /of type operator, not account/],
    'a user': [mintCreds(mintAccount(operator)).split('\n')[1] ?? '', /of type user, not account/],
    'two megabytes': ['e'.repeat(2 * 1024 * 1024), /larger than a token can be/],
  };
}

/** Things that are no regular file, and what is said of them. */
const TRAPS: Readonly<Record<string, RegExp>> = {
  fifo: /FIFO/,
  socket: /socket/,
  sparse: /larger than a token can be: 6442450944 bytes/,
  directory: /is a directory/,
  loop: /cannot be followed|circle/,
  outside: /leads out of the store/,
};

async function setTraps(tree: OperatorTree): Promise<void> {
  for (const name of Object.keys(TRAPS)) mkdirSync(join(tree.dir, 'accounts', name));
  execFileSync('mkfifo', [tree.file('fifo')]);
  const server = createServer().listen(tree.file('socket'));
  atEnd(() => void server.close());
  await once(server, 'listening');
  writeFileSync(tree.file('sparse'), '');
  truncateSync(tree.file('sparse'), 6 * 1024 ** 3);
  mkdirSync(tree.file('directory'));
  symlinkSync('loop.jwt', tree.file('loop'));
  symlinkSync('/etc/passwd', tree.file('outside'));
  symlinkSync('nowhere', join(tree.dir, 'accounts', 'dangling'));
  const notUtf8 = Buffer.from([0x6d, 0xfc, 0x6c, 0x6c]);
  mkdirSync(Buffer.concat([Buffer.from(join(tree.dir, 'accounts/')), notUtf8]));
}

const served = async (service: TestApp, tree: OperatorTree): Promise<unknown[]> =>
  Promise.all(GOOD.map((name) => service.account(tree.get(name).key)));

const allGood = (tree: OperatorTree): string[] => GOOD.map((name) => tree.get(name).jwt);

/** Waits for so many sweeps from now on. */
async function sweeps(service: TestApp, count: number): Promise<void> {
  const soFar = (): Promise<number> => metric(service, 'sweep_duration_seconds_count');
  const before = await soFar();
  await vi.waitFor(async () => expect(await soFar()).toBeGreaterThanOrEqual(before + count), {
    timeout: 20_000,
  });
}

/** What was said of each place, at warn or worse. */
function complaints({ log }: TestApp): Map<unknown, unknown[]> {
  const bySlot = new Map<unknown, unknown[]>();
  for (const { level, facts } of log.lines) {
    if (level !== 'warn' && level !== 'error') continue;
    bySlot.set(facts.slot, [...(bySlot.get(facts.slot) ?? []), facts.problem]);
  }
  return bySlot;
}

async function expectOneLineEach(
  service: TestApp,
  tree: OperatorTree,
  said: Map<string, RegExp>,
): Promise<void> {
  await vi.waitFor(() => expect(complaints(service).size).toBeGreaterThanOrEqual(said.size), {
    timeout: 20_000,
  });
  await sweeps(service, 3);
  const found = complaints(service);
  for (const [name, words] of said) {
    expect([name, found.get(tree.slot(name))]).toEqual([name, [expect.stringMatching(words)]]);
  }
  expect(service.log.messages('error')).toEqual([]);
}

test.each(['at the start', 'while running'])(
  'what is no account of ours is not served, the rest is, and each gets one line: %s',
  async (when) => {
    const tree = new OperatorTree(operator, GOOD);
    const texts = badTexts();
    const spoil = async (): Promise<void> => {
      for (const [name, [content]] of Object.entries(texts)) tree.write(name, content);
      await setTraps(tree);
    };
    if (when === 'at the start') await spoil();
    const service = await build('--nsc', tree.dir, '--sweep', '200ms');
    if (when === 'while running') await spoil();
    const said = new Map([
      ...Object.entries(texts).map(([name, [, words]]) => [name, words] as const),
      ...Object.entries(TRAPS),
    ]);
    await expectOneLineEach(service, tree, said);
    expect(await served(service, tree)).toEqual(allGood(tree));
    const [, pack] = await get(service, '/jwt/v1/pack');
    expect(pack.split('\n')).toHaveLength(GOOD.length);
    expect(await get(service, '/readyz')).toEqual([200, 'ready\n']);
    const [, metrics] = await get(service, '/metrics');
    expect(metrics).toContain('accounts{state="served"} 3');
  },
);

test('an account whose file turns bad keeps its last good token, one line each; good again, it is served again', async () => {
  const texts = badTexts();
  const names = [...Object.keys(texts), ...Object.keys(TRAPS)];
  const tree = new OperatorTree(operator, [...GOOD, ...names]);
  const service = await build('--nsc', tree.dir, '--sweep', '200ms');
  const last = names.map((name) => tree.get(name));
  for (const [name, [content]] of Object.entries(texts)) tree.write(name, content);
  for (const name of Object.keys(TRAPS)) rmSync(join(tree.dir, 'accounts', name), { recursive: true });
  await setTraps(tree);
  const said = new Map([
    ...Object.entries(texts).map(([name, [, words]]) => [name, words] as const),
    ...Object.entries(TRAPS),
  ]);
  await expectOneLineEach(service, tree, said);
  for (const { key, jwt } of last) expect(await service.account(key)).toBe(jwt);
  for (const name of names) {
    rmSync(tree.file(name), { recursive: true });
    tree.add(name, { iat: nowSeconds() + 1 });
  }
  for (const name of names) {
    const { key, jwt } = tree.get(name);
    await vi.waitFor(async () => expect([name, await service.account(key)]).toEqual([name, jwt]), {
      timeout: 20_000,
    });
  }
});

test('a push repairs a spoilt file: 200 means that the token stands in the directory', async () => {
  const tree = new OperatorTree(operator, GOOD);
  const service = await build('--nsc', tree.dir, '--sweep', '200ms');
  const { key, jwt } = tree.get('one');
  tree.write('one', 'spoilt');
  await vi.waitFor(() => expect(complaints(service).get(tree.slot('one'))).toHaveLength(1), {
    timeout: 20_000,
  });
  expect((await service.push(key, jwt)).status).toBe(200);
  expect(execFileSync('cat', [tree.file('one')], { encoding: 'utf8' })).toBe(jwt);
});

test('a flat directory: names that promise another key, temporary files, copies', async () => {
  const tree = new OperatorTree(operator, GOOD);
  const flat = join(tree.dir, 'flat');
  mkdirSync(flat);
  for (const name of GOOD) writeFileSync(join(flat, `${tree.get(name).key}.jwt`), tree.get(name).jwt);
  const [one, stranger] = [tree.get('one'), createAccount().getPublicKey()];
  const odd = [
    `${stranger}.jwt`,
    `${one.key}.jwt.bak`,
    `${one.key.toLowerCase()}.jwt`,
    'readme.jwt',
    '.jwt',
    `x${one.key}.jwt`,
  ];
  for (const name of odd) writeFileSync(join(flat, name), one.jwt);
  const service = await build('--dir', flat, '--operator', tree.operatorFile, '--sweep', '200ms');
  expect(await served(service, tree)).toEqual(allGood(tree));
  expect(await service.account(stranger)).toBeUndefined();
  await sweeps(service, 3);
  const said = service.log.lines.filter(({ level }) => level === 'warn');
  expect(said.filter(({ facts }) => facts.slot === `${stranger}.jwt`)).toHaveLength(1);
  expect(said.length).toBeLessThanOrEqual(odd.length);
});
