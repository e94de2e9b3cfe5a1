import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { build, type TestApp } from '../support/app.js';
import { mintAccount, mintOperator, nowSeconds } from '../support/mint.js';
import { OperatorTree } from '../support/operator-tree.js';
import { expectServed, get, lines, metric, soon } from './observing.js';

const NAMES = ['A', 'B', 'C'];
const operator = mintOperator();

const start = (tree: OperatorTree, ...more: string[]): Promise<TestApp> =>
  build('--nsc', tree.dir, '--sweep', '500ms', ...more);

describe('a directory that goes away', () => {
  const accountsOf = (tree: OperatorTree): string => join(tree.dir, 'accounts');
  const away: Record<
    string,
    {
      readonly go: (tree: OperatorTree) => void;
      readonly comeBack: (tree: OperatorTree) => void;
      readonly said: RegExp;
    }
  > = {
    'the root is moved away': {
      go: ({ dir }) => renameSync(dir, `${dir}.away`),
      comeBack: ({ dir }) => renameSync(`${dir}.away`, dir),
      said: /no such file or directory/,
    },
    'accounts/ is removed': {
      go: (tree) => rmSync(accountsOf(tree), { recursive: true }),
      comeBack: (tree) => NAMES.map((name) => tree.write(name, tree.get(name).jwt)),
      said: /accounts/,
    },
    'all accounts vanish at one blow': {
      go: (tree) => NAMES.map((name) => tree.remove(name)),
      comeBack: (tree) => NAMES.map((name) => tree.write(name, tree.get(name).jwt)),
      said: /all 3 accounts vanished at one blow/,
    },
    'another file system is mounted there, empty': {
      go: ({ dir }) => {
        renameSync(dir, `${dir}.away`);
        mkdirSync(dir);
      },
      comeBack: ({ dir }) => {
        rmSync(dir, { recursive: true });
        renameSync(`${dir}.away`, dir);
      },
      said: /./,
    },
  };

  test.each(Object.entries(away))(
    '%s: the last good accounts stay, it is said, and it comes back',
    async (_, { go, comeBack, said }) => {
      const tree = new OperatorTree(operator, NAMES);
      const accounts = NAMES.map((name) => tree.get(name));
      const service = await start(tree);
      expect(await get(service, '/readyz')).toEqual([200, 'ready\n']);
      go(tree);
      await soon(async () => expect((await get(service, '/readyz'))[0]).toBe(503));
      expect((await get(service, '/readyz'))[1]).toMatch(said);
      expect(await get(service, '/jwt/v1/accounts/')).toEqual([200, '']);
      await expectServed(service, accounts);
      expect(await metric(service, 'store_available')).toBe(0);
      const newer = mintAccount(operator, {
        identity: tree.get('A').identity,
        name: 'A',
        nats: { description: 'newer' },
      });
      expect((await service.push(newer.key, newer.jwt)).status).toBe(503);
      expect((await service.push(newer.key, accounts[0]?.jwt ?? '')).status).toBe(503);
      comeBack(tree);
      await soon(async () => expect(await get(service, '/readyz')).toEqual([200, 'ready\n']));
      await expectServed(service, accounts);
      expect(await metric(service, 'ready')).toBe(1);
      expect(lines(service, /^store unavailable/)).toHaveLength(1);
      expect(lines(service, /^store available again/)).toHaveLength(1);
      expect(lines(service, /no longer served/)).toEqual([]);
      tree.add('A', { iat: nowSeconds() + 1 });
      await soon(() => expectServed(service, [tree.get('A')]));
    },
  );

  test('accounts/ that is missing at the start is waited for', async () => {
    const tree = new OperatorTree(operator);
    rmSync(accountsOf(tree), { recursive: true });
    const service = await start(tree);
    expect(await get(service, '/jwt/v1/accounts/')).toEqual([200, '']);
    expect(await get(service, '/jwt/v1/pack')).toEqual([200, '']);
    tree.add('A');
    await soon(() => expectServed(service, [tree.get('A')]));
  });
});

test('2,000 renames in one folder do not hide a change in the next one', async () => {
  const tree = new OperatorTree(operator, NAMES);
  const service = await start(tree);
  const [one, other] = ['one', 'other'].map((name) => join(tree.dir, 'accounts/A', name)) as [string, string];
  writeFileSync(one, '');
  for (let i = 0; i < 1_000; i++) {
    renameSync(one, other);
    renameSync(other, one);
  }
  tree.add('B', { iat: nowSeconds() + 1 });
  await soon(() =>
    expectServed(
      service,
      NAMES.map((name) => tree.get(name)),
    ),
  );
  expect(readdirSync(join(tree.dir, 'accounts/A')).sort()).toEqual(['A.jwt', 'one']);
});
