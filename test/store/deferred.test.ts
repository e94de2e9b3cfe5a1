import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { Accounts } from '../../src/accounts/accounts.js';
import { NscDirectoryStore } from '../../src/store/nsc-directory.js';
import { KeptLog, KeptMeter } from '../support/accounts.js';
import { mintAccount, mintOperator, nowSeconds } from '../support/mint.js';
import { OperatorTree } from '../support/operator-tree.js';

const running: Accounts[] = [];
afterEach(async () => {
  for (const accounts of running.splice(0)) await accounts.close();
});

/** A start that leaves every account for later, over a real directory. */
async function begun(tree: OperatorTree): Promise<Accounts> {
  const log = new KeptLog();
  const store = new NscDirectoryStore({
    dir: tree.dir,
    readOnly: false,
    watch: false,
    sweepMs: 3_600_000,
    log,
  });
  const accounts = new Accounts({
    store,
    log,
    meter: new KeptMeter(),
    clock: { now: Date.now },
    judgedAtOnce: 0,
  });
  running.push(accounts);
  await accounts.start();
  return accounts;
}

const push = (accounts: Accounts, jwt: string) =>
  accounts.admit({ bytes: Buffer.from(jwt), origin: { kind: 'push' } });

test('a forged newer token that stands there from the start, unasked for, keeps no push out', async () => {
  const tree = new OperatorTree(mintOperator(), ['A', 'B']);
  const good = mintAccount(tree.operator, {
    name: 'A',
    identity: tree.accounts.get('A')?.identity ?? expect.unreachable(),
  });
  const { identity } = good;
  const newer = mintAccount(tree.operator, { name: 'A', identity, iat: nowSeconds() + 100 });
  tree.write('A', `${newer.jwt.slice(0, -86)}${good.jwt.slice(-86)}`);
  const accounts = await begun(tree);
  expect(accounts.published.get(good.key)).toBeUndefined();
  expect(await push(accounts, good.jwt)).toMatchObject({ kind: 'created' });
  expect(readFileSync(tree.file('A'), 'utf8')).toBe(good.jwt);
});

test('a good newer token that stands there from the start, unasked for, stays', async () => {
  const tree = new OperatorTree(mintOperator(), ['A']);
  const { identity } = tree.accounts.get('A') ?? expect.unreachable();
  const older = mintAccount(tree.operator, { name: 'A', identity, iat: nowSeconds() - 100 });
  const accounts = await begun(tree);
  expect(await push(accounts, older.jwt)).toMatchObject({ refusal: { code: 'iat.older' } });
  expect(readFileSync(tree.file('A'), 'utf8')).toBe(tree.accounts.get('A')?.jwt);
});
