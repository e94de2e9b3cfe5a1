import { createAccount } from 'nkeys.js';
import { describe, expect, test } from 'vitest';
import { buildAccounts } from '../support/accounts.js';
import { mintAccount, mintOperator, nowSeconds } from '../support/mint.js';

const identity = createAccount();
const now = nowSeconds();

describe('a file of the directory', () => {
  test('is served, replaced and withdrawn as it changes', async () => {
    const bench = await buildAccounts();
    const first = mintAccount(bench.operator, { identity, iat: now - 2 });
    const second = mintAccount(bench.operator, { identity, iat: now - 1 });
    bench.store.put('A', first.jwt);
    expect(bench.served(first.key)).toBe(first.jwt);
    bench.store.put('A', second.jwt);
    expect(bench.served(first.key)).toBe(second.jwt);
    bench.store.drop('A');
    expect(bench.served(first.key)).toBeUndefined();
    expect(bench.changes).toHaveLength(3);
  });

  test('that is half-written keeps the last good token, and is reported once', async () => {
    const bench = await buildAccounts();
    const minted = mintAccount(bench.operator);
    bench.store.put('A', minted.jwt);
    const half = { slot: 'A', bytes: Buffer.from(minted.jwt.slice(0, 100)), modifiedAtMs: 1 };
    expect(bench.store.listener.slotRead(half)).toBe('unsettled');
    expect(bench.store.listener.slotRead(half)).toBe('unsettled');
    expect(bench.served(minted.key)).toBe(minted.jwt);
    expect(bench.log.messages('warn')).toHaveLength(1);
    expect(bench.accounts.counts()).toMatchObject({ served: 1, refused: 1 });
    bench.store.put('A', minted.jwt);
    expect(bench.accounts.counts()).toMatchObject({ refused: 0 });
  });

  test('that is known to be bad for good is reported at the first reading, and no longer unsettled', async () => {
    const bench = await buildAccounts();
    const bad = { slot: 'A', bytes: Buffer.from('bad'), modifiedAtMs: 1, settled: true } as const;
    expect(bench.store.listener.slotRead(bad)).toBe('refused');
    expect(bench.store.listener.slotRead(bad)).toBe('refused');
    expect(bench.log.messages('warn')).toEqual(['not served']);
  });

  test('overwritten by something untrusted keeps the last good token', async () => {
    const bench = await buildAccounts();
    const minted = mintAccount(bench.operator, { identity });
    bench.store.put('A', minted.jwt);
    bench.store.put('A', mintAccount(bench.operator, { identity, signer: identity }).jwt);
    expect(bench.served(minted.key)).toBe(minted.jwt);
    expect(bench.log.lines.at(-1)?.facts).toMatchObject({ slot: 'A', code: 'issuer.self_signed' });
  });

  test('that cannot be read keeps the last good token', async () => {
    const bench = await buildAccounts();
    const minted = mintAccount(bench.operator);
    bench.store.put('A', minted.jwt);
    bench.store.listener.slotUnreadable('A', 'permission denied');
    bench.store.listener.slotUnreadable('B', 'a FIFO');
    expect(bench.served(minted.key)).toBe(minted.jwt);
    expect(bench.accounts.counts().refused).toBe(2);
    bench.store.drop('B');
    expect(bench.accounts.counts().refused).toBe(1);
  });

  test('that expired is served all the same, and counted', async () => {
    const bench = await buildAccounts();
    const expired = mintAccount(bench.operator, { exp: now - 100 });
    const early = mintAccount(bench.operator, { nbf: now + 100 });
    bench.store.put('A', expired.jwt);
    bench.store.put('B', early.jwt);
    expect(bench.served(expired.key)).toBe(expired.jwt);
    expect(bench.accounts.counts()).toEqual({ served: 2, expired: 1, notYetValid: 1, refused: 0 });
  });

  test('that goes back in time is obeyed with a warning and a count', async () => {
    const bench = await buildAccounts();
    const old = mintAccount(bench.operator, { identity, iat: now - 50 });
    bench.store.put('A', mintAccount(bench.operator, { identity, iat: now }).jwt);
    bench.store.put('A', old.jwt);
    expect(bench.served(old.key)).toBe(old.jwt);
    expect(bench.meter.rollbacks).toBe(1);
    expect(bench.log.messages('warn')[0]).toContain('older token');
  });

  test('whose name promises another key is never served', async () => {
    const bench = await buildAccounts();
    const minted = mintAccount(bench.operator);
    bench.store.put('x', minted.jwt, { expectedKey: mintAccount(bench.operator).key });
    expect(bench.accounts.published.size).toBe(0);
  });

  test('that now holds another account withdraws the one that stood there', async () => {
    const bench = await buildAccounts();
    const before = mintAccount(bench.operator);
    const after = mintAccount(bench.operator);
    bench.store.put('A', before.jwt);
    bench.store.put('A', after.jwt);
    expect(bench.served(before.key)).toBeUndefined();
    expect(bench.served(after.key)).toBe(after.jwt);
  });
});

describe('two files with one subject', () => {
  const operator = mintOperator();
  const old = mintAccount(operator, { identity, name: 'a', iat: now - 9 });
  const young = mintAccount(operator, { identity, name: 'b', iat: now - 1 });

  test('the greater iat wins; when it goes, the other takes over; no gap in a rename', async () => {
    const bench = await buildAccounts(operator);
    bench.store.put('a', old.jwt, { expectedName: 'a' });
    bench.store.put('b', young.jwt, { expectedName: 'b' });
    bench.store.drop('a');
    expect(bench.served(old.key)).toBe(young.jwt);
    expect(bench.changes.every((change) => !('withdrawn' in change))).toBe(true);
    bench.store.put('a', old.jwt, { expectedName: 'a' });
    expect(bench.served(old.key)).toBe(young.jwt);
    bench.store.drop('b');
    expect(bench.served(old.key)).toBe(old.jwt);
  });

  test('equal iat: the directory of the claim name wins, then the newer file, then the name', async () => {
    const bench = await buildAccounts(operator);
    const copy = mintAccount(operator, { identity, name: 'b', iat: now - 1, nats: { description: 'copy' } });
    bench.store.put('c', copy.jwt, { expectedName: 'c', modifiedAtMs: 99 });
    bench.store.put('b', young.jwt, { expectedName: 'b', modifiedAtMs: 1 });
    expect(bench.served(old.key)).toBe(young.jwt);
    bench.store.drop('b');
    bench.store.put('d', young.jwt, { expectedName: 'd', modifiedAtMs: 100 });
    expect(bench.served(old.key)).toBe(young.jwt);
    bench.store.put('d', young.jwt, { expectedName: 'd', modifiedAtMs: 100 });
    bench.store.drop('d');
    bench.store.put('a', young.jwt, { expectedName: 'zz', modifiedAtMs: 99 });
    expect(bench.served(old.key)).toBe(young.jwt);
  });
});

describe('the operator', () => {
  test('that gets a new signing key lets its accounts in after a second reading', async () => {
    const withKey = mintOperator({ signingKeys: 1 });
    const without = mintOperator({ identity: withKey.identity });
    const bench = await buildAccounts(without);
    const minted = mintAccount(withKey);
    bench.store.put('A', minted.jwt);
    expect(bench.served(minted.key)).toBeUndefined();
    bench.accounts.intake.operatorRead('op.jwt', Buffer.from(withKey.jwt));
    expect(bench.served(minted.key)).toBe(minted.jwt);
  });

  test('that drops a signing key withdraws what it signed', async () => {
    const withKey = mintOperator({ signingKeys: 1 });
    const bench = await buildAccounts(withKey);
    const bySigningKey = mintAccount(withKey);
    const byIdentity = mintAccount(withKey, { signer: withKey.identity });
    bench.store.put('A', bySigningKey.jwt);
    bench.store.put('B', byIdentity.jwt);
    const without = mintOperator({ identity: withKey.identity, claims: { iat: now + 1 } });
    bench.accounts.intake.operatorRead('op.jwt', Buffer.from(without.jwt));
    expect(bench.served(bySigningKey.key)).toBeUndefined();
    expect(bench.served(byIdentity.key)).toBe(byIdentity.jwt);
  });

  test('that becomes strict withdraws what the identity key signed', async () => {
    const lax = mintOperator({ signingKeys: 1 });
    const bench = await buildAccounts(lax);
    const byIdentity = mintAccount(lax, { signer: lax.identity });
    bench.store.put('B', byIdentity.jwt);
    const strict = mintOperator({ identity: lax.identity, strict: true });
    bench.accounts.intake.operatorRead('op.jwt', Buffer.from(strict.jwt));
    expect(bench.served(byIdentity.key)).toBeUndefined();
  });

  test.each([
    ['garbage', Buffer.from('garbage')],
    ['an account JWT', Buffer.from(mintAccount(mintOperator()).jwt)],
    ['nothing', Buffer.alloc(0)],
  ])('overwritten by %s stays in force and is said to be bad', async (_, bytes) => {
    const bench = await buildAccounts();
    const minted = mintAccount(bench.operator);
    bench.store.put('A', minted.jwt);
    bench.accounts.intake.operatorRead('op.jwt', bytes);
    expect(bench.served(minted.key)).toBe(minted.jwt);
    expect(bench.accounts.readiness().problems[0]).toContain('op.jwt');
    bench.accounts.intake.operatorRead('op.jwt', Buffer.from(bench.operator.jwt));
    expect(bench.accounts.readiness().problems).toEqual([]);
  });

  test('in a decorated file is read', async () => {
    const operator = mintOperator();
    const decorated = `-----BEGIN NATS OPERATOR JWT-----\n${operator.jwt}\n------END NATS OPERATOR JWT------\n`;
    const bench = await buildAccounts({ ...operator, jwt: decorated });
    expect(bench.accounts.operator?.key).toBe(operator.key);
  });

  test('that expired is in force, with a warning', async () => {
    const bench = await buildAccounts(mintOperator({ claims: { exp: now - 10 } }));
    expect(bench.accounts.operator).toBeDefined();
    expect(bench.log.messages('warn')[0]).toContain('expired');
  });
});

describe('a store that is away', () => {
  test('keeps everything served and says so until it is back', async () => {
    const bench = await buildAccounts();
    const minted = mintAccount(bench.operator);
    bench.store.put('A', minted.jwt);
    bench.store.listener.storeUnavailable('accounts/ is missing');
    expect(bench.served(minted.key)).toBe(minted.jwt);
    expect(bench.accounts.readiness()).toMatchObject({ loaded: true, problems: ['accounts/ is missing'] });
    bench.store.listener.storeAvailable();
    expect(bench.accounts.readiness().problems).toEqual([]);
  });
});
