import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { build, type TestApp } from '../support/app.js';
import { mintAccount, mintOperator, nowSeconds } from '../support/mint.js';
import { OperatorTree } from '../support/operator-tree.js';
import { expectServed, get, lines, metric, soon } from './observing.js';

const NAMES = ['A', 'B', 'C'];
const operator = mintOperator();

const start = (tree: OperatorTree, ...more: string[]): Promise<TestApp> =>
  build('--nsc', tree.dir, '--sweep', '500ms', ...more);

describe('a directory behind a link that is switched', () => {
  /** `dir/..data → ..v1`, and what is looked at leads through `..data`, as Kubernetes mounts volumes. */
  function mounted(): { tree: OperatorTree; publish: (next: OperatorTree) => void; dir: string } {
    const tree = new OperatorTree(operator, NAMES);
    const dir = join(dirname(tree.dir), 'mount');
    mkdirSync(dir);
    let version = 0;
    const publish = (next: OperatorTree): void => {
      const name = `..v${++version}`;
      cpSync(next.dir, join(dir, name), { recursive: true });
      symlinkSync(name, join(dir, '..data_tmp'));
      renameSync(join(dir, '..data_tmp'), join(dir, '..data'));
      if (version > 1) rmSync(join(dir, `..v${version - 1}`), { recursive: true });
    };
    publish(tree);
    for (const name of ['.nsc', 'op.jwt', 'accounts']) symlinkSync(`..data/${name}`, join(dir, name));
    return { tree, publish, dir };
  }

  test.each([
    ['the volume itself is served', ''],
    ['the link in it is served', '..data'],
  ])('as Kubernetes does it: %s', async (_, below) => {
    const { tree, publish, dir } = mounted();
    const service = await build('--nsc', join(dir, below), '--read-only', '--sweep', '500ms');
    await expectServed(
      service,
      NAMES.map((name) => tree.get(name)),
    );
    for (let round = 1; round <= 3; round++) {
      for (const name of NAMES) tree.add(name, { iat: nowSeconds() + round });
      publish(tree);
      await soon(() =>
        expectServed(
          service,
          NAMES.map((name) => tree.get(name)),
        ),
      );
    }
    tree.remove('C');
    publish(tree);
    await soon(async () => expect(await service.account(tree.get('C').key)).toBeUndefined());
    expect(lines(service, /unavailable|cannot be used/)).toEqual([]);
  });

  test('a link to a release that is switched to another, and the old one removed', async () => {
    const [one, two] = [new OperatorTree(operator, ['A', 'B']), new OperatorTree(operator)];
    two.add('A', { identity: one.get('A').identity, iat: nowSeconds() + 1 });
    const current = join(dirname(one.dir), 'current');
    symlinkSync(one.dir, current);
    const service = await build('--nsc', current, '--sweep', '500ms');
    await expectServed(service, [one.get('A'), one.get('B')]);
    symlinkSync(two.dir, `${current}.new`);
    renameSync(`${current}.new`, current);
    rmSync(one.dir, { recursive: true });
    await soon(() => expectServed(service, [two.get('A')]));
    await soon(async () => expect(await service.account(one.get('B').key)).toBeUndefined());
  });
});

test('an operator JWT that breaks stays in force as it was; a new signing key lets its accounts in', async () => {
  const tree = new OperatorTree(operator, NAMES);
  const service = await start(tree);
  const renewed = mintOperator({ identity: operator.identity, signingKeys: 1 });
  tree.replaceOperator(renewed.jwt.slice(0, -100));
  await soon(async () => expect((await get(service, '/readyz'))[0]).toBe(503));
  expect((await get(service, '/readyz'))[1]).toMatch(/^operator JWT .*op\.jwt: /);
  await expectServed(
    service,
    NAMES.map((name) => tree.get(name)),
  );
  expect(await get(service, '/jwt/v1/operator')).toEqual([200, operator.jwt]);
  const [signer] = renewed.signingKeys;
  if (signer === undefined) throw new Error('no signing key was minted');
  const signed = tree.add('D', { signer });
  await soon(() => expect(lines(service, /^not served/)).toHaveLength(1));
  expect(await service.account(signed.key)).toBeUndefined();
  tree.replaceOperator(renewed.jwt);
  await soon(() =>
    expectServed(
      service,
      [...NAMES, 'D'].map((name) => tree.get(name)),
    ),
  );
  expect(await get(service, '/readyz')).toEqual([200, 'ready\n']);
  expect(await get(service, '/jwt/v1/operator')).toEqual([200, renewed.jwt]);
  expect(lines(service, /the operator JWT cannot be used/)).toHaveLength(1);
});

test('a checkout of an older state is obeyed, with a warning and a count for each account', async () => {
  const tree = new OperatorTree(operator, NAMES);
  const git = (...args: string[]): void =>
    void execFileSync('git', ['-C', tree.dir, '-c', 'user.name=x', '-c', 'user.email=x@x', ...args], {
      stdio: 'ignore',
    });
  const commit = (): void =>
    ['init', 'add -A', 'commit -m x'].forEach((words) => void git(...words.split(' ')));
  const older = NAMES.map((name) => tree.add(name, { iat: nowSeconds() - 100 }));
  commit();
  const newer = ['A', 'B'].map((name) => tree.add(name));
  commit();
  const service = await start(tree);
  await expectServed(service, newer);
  git('checkout', 'HEAD~1');
  await soon(() => expectServed(service, older));
  const warnings = service.log.lines.filter(({ message }) =>
    message.startsWith('account went back to an older token'),
  );
  expect(warnings.map(({ level, facts }) => [level, facts.account]).sort()).toEqual(
    newer.map(({ key }) => ['warn', key]).sort(),
  );
  expect(await metric(service, 'rollbacks_total')).toBe(2);
  const pushed = await service.push(newer[0]?.key ?? '', older[0]?.jwt ?? '');
  expect(pushed.status).toBe(200);
});

test('a system account file that breaks is said once, the last good one stays, and a new operator judges it anew', async () => {
  const tree = new OperatorTree(operator, NAMES);
  const file = join(dirname(tree.dir), 'sys.jwt');
  const system = mintAccount(operator, { name: 'SYS' });
  writeFileSync(file, system.jwt);
  const service = await start(tree, '--system-account', file);
  await expectServed(service, [system]);
  writeFileSync(file, 'half');
  await soon(() => expect(lines(service, /^bad content/)).toHaveLength(1));
  await expectServed(service, [system]);
  const renewed = mintOperator({ identity: operator.identity, signingKeys: 1 });
  const newer = mintAccount(renewed, { identity: system.identity, iat: nowSeconds() + 1 });
  writeFileSync(file, newer.jwt);
  await soon(() => expect(lines(service, /^bad content/)).toHaveLength(2));
  tree.replaceOperator(renewed.jwt);
  await soon(() => expectServed(service, [newer]));
});
