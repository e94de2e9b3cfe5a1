import { createAccount } from 'nkeys.js';
import { expect, test } from 'vitest';
import { AccountsError } from '../../src/accounts/errors.js';
import type { Removal } from '../../src/accounts/ports.js';
import { DELETE_REQUEST_SECONDS } from '../../src/claims/delete-request.js';
import { type AccountsBench, buildAccounts } from '../support/accounts.js';
import {
  type Body,
  type MintedOperator,
  mintAccount,
  mintOperator,
  nowSeconds,
  sign,
} from '../support/mint.js';

const now = nowSeconds();

/** A request as nsc makes it. */
function deleteRequest(operator: MintedOperator, accounts: readonly string[], claims: Body = {}): string {
  const { key } = operator;
  return sign({ iat: now, iss: key, sub: key, ...claims, nats: { accounts, version: 2 } }, operator.identity);
}

function remove(bench: AccountsBench, request: string): Promise<Removal> {
  return bench.accounts.remove(Buffer.from(request), { kind: 'update' });
}

test('the accounts of a request are served no more, and the others stay', async () => {
  const bench = await buildAccounts();
  const [a, b, stays] = ['A', 'B', 'C'].map((name) => mintAccount(bench.operator, { name }));
  if (a === undefined || b === undefined || stays === undefined) throw new Error('three were minted');
  for (const { jwt } of [a, b, stays]) await bench.push(jwt);
  const absent = createAccount().getPublicKey();
  const keys = [a.key, b.key, b.key, absent];
  expect(await remove(bench, deleteRequest(bench.operator, keys))).toEqual({
    kind: 'removed',
    requested: 4,
    failures: [],
  });
  expect([a, b, stays].map(({ key }) => bench.served(key))).toEqual([undefined, undefined, stays.jwt]);
  expect(bench.changes.filter((change) => 'withdrawn' in change)).toHaveLength(2);
});

test('a deleted token does not come back by push, a newer one does', async () => {
  const bench = await buildAccounts();
  const { identity, key, jwt } = mintAccount(bench.operator, { iat: now - 10 });
  await bench.push(jwt);
  await remove(bench, deleteRequest(bench.operator, [key]));
  expect(await bench.push(jwt)).toMatchObject({ refusal: { code: 'iat.replaced' } });
  const newer = mintAccount(bench.operator, { identity, iat: now - 9 });
  expect(await bench.push(newer.jwt)).toMatchObject({ kind: 'created' });
});

test('H10: a request counts once, whatever line ends follow it', async () => {
  const bench = await buildAccounts();
  const first = mintAccount(bench.operator, { iat: now - 10 });
  await bench.push(first.jwt);
  const request = deleteRequest(bench.operator, [first.key]);
  expect(await remove(bench, request)).toMatchObject({ kind: 'removed' });
  const again = mintAccount(bench.operator, { identity: first.identity, iat: now });
  await bench.push(again.jwt);
  for (const replay of [request, `${request}\n`]) {
    expect(await remove(bench, replay)).toEqual({
      kind: 'refused',
      reason: expect.stringContaining('already carried out'),
      issuer: bench.operator.key,
    });
  }
  bench.clock.nowMs += (DELETE_REQUEST_SECONDS + 1) * 1000;
  expect(await remove(bench, request)).toMatchObject({ reason: expect.stringContaining('s ago') });
  expect(bench.served(first.key)).toBe(again.jwt);
});

test.each([
  ['by a stranger', (_: MintedOperator, key: string) => deleteRequest(mintOperator(), [key]), /not trusted/],
  ['of an older time', (op: MintedOperator, key: string) => deleteRequest(op, [key], { iat: 1 }), /s ago/],
  ['that is none', () => 'garbage', /./],
])('a request %s is refused and logged', async (_, request, reason) => {
  const bench = await buildAccounts();
  const minted = mintAccount(bench.operator);
  await bench.push(minted.jwt);
  const removal = await remove(bench, request(bench.operator, minted.key));
  expect(removal).toMatchObject({ kind: 'refused', reason: expect.stringMatching(reason) });
  expect(bench.served(minted.key)).toBe(minted.jwt);
  expect(bench.log.messages('warn')).toContain('request to delete accounts refused');
});

test('the system account cannot be deleted', async () => {
  const identity = createAccount();
  const key = identity.getPublicKey();
  const bench = await buildAccounts(mintOperator({ systemAccount: key }));
  const system = mintAccount(bench.operator, { identity });
  await bench.push(system.jwt);
  const removal = await remove(bench, deleteRequest(bench.operator, [key]));
  expect(removal).toMatchObject({ kind: 'refused', reason: expect.stringContaining('system account') });
  expect(bench.served(key)).toBe(system.jwt);
});

test('a read-only store refuses, and a request that it refused is not used up', async () => {
  const bench = await buildAccounts();
  const minted = mintAccount(bench.operator);
  await bench.push(minted.jwt);
  const request = deleteRequest(bench.operator, [minted.key]);
  bench.store.writable = false;
  expect(await remove(bench, request)).toMatchObject({ reason: expect.stringContaining('read-only') });
  bench.store.writable = true;
  expect(await remove(bench, request)).toMatchObject({ kind: 'removed' });
});

test('what the store cannot delete is told account by account, and stays served', async () => {
  const bench = await buildAccounts();
  const [good, bad, odd] = ['A', 'B', 'C'].map((name) => mintAccount(bench.operator, { name }));
  if (good === undefined || bad === undefined || odd === undefined) throw new Error('three were minted');
  for (const { jwt } of [good, bad, odd]) await bench.push(jwt);
  bench.store.duringRemoval = (key) => {
    if (key === bad.key) throw new AccountsError('store.unavailable', 'no disk');
    if (key === odd.key) throw new Error('secret detail');
  };
  const removal = await remove(bench, deleteRequest(bench.operator, [good.key, bad.key, odd.key]));
  expect(removal).toEqual({
    kind: 'removed',
    requested: 3,
    failures: [`${bad.key}: no disk`, `${odd.key}: the store could not delete it`],
  });
  expect(bench.served(bad.key)).toBe(bad.jwt);
  expect(bench.served(good.key)).toBeUndefined();
});

test('a deletion waits for the push of the same account, and what is put back meanwhile is told', async () => {
  const bench = await buildAccounts();
  const minted = mintAccount(bench.operator, { iat: now - 10 });
  const order: string[] = [];
  bench.store.duringSave = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    order.push('saved');
  };
  bench.store.duringRemoval = () => void order.push('removed');
  const pushed = bench.push(minted.jwt);
  await remove(bench, deleteRequest(bench.operator, [minted.key]));
  expect(await pushed).toMatchObject({ kind: 'created' });
  expect(order).toEqual(['saved', 'removed']);

  const newer = mintAccount(bench.operator, { identity: minted.identity });
  await bench.push(newer.jwt);
  bench.store.remove = async () => bench.store.put(minted.key, newer.jwt);
  const removal = await remove(bench, deleteRequest(bench.operator, [minted.key], { jti: 'second' }));
  expect(removal).toMatchObject({ failures: [expect.stringContaining('put it back')] });
});
