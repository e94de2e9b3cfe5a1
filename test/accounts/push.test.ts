import { createAccount } from 'nkeys.js';
import { describe, expect, test } from 'vitest';
import { AccountsError } from '../../src/accounts/errors.js';
import { buildAccounts } from '../support/accounts.js';
import { type MintedOperator, mintAccount, mintOperator, nowSeconds, OPEN_LIMITS } from '../support/mint.js';

const identity = createAccount();
const now = nowSeconds();

describe('a push', () => {
  test('of a new account is created, served and told to listeners', async () => {
    const bench = await buildAccounts();
    const minted = mintAccount(bench.operator);
    expect(await bench.push(minted.jwt)).toMatchObject({ kind: 'created' });
    expect(bench.served(minted.key)).toBe(minted.jwt);
    expect(bench.changes).toMatchObject([{ account: { text: minted.jwt }, origin: { kind: 'push' } }]);
    expect(bench.meter.admissions).toEqual(['push:created']);
  });

  test('of a newer token replaces; the same token again is unchanged and told to nobody', async () => {
    const bench = await buildAccounts();
    const first = mintAccount(bench.operator, { identity, iat: now - 10 });
    const second = mintAccount(bench.operator, { identity, iat: now });
    await bench.push(first.jwt);
    expect(await bench.push(second.jwt)).toMatchObject({ kind: 'replaced' });
    expect(await bench.push(second.jwt)).toMatchObject({ kind: 'unchanged' });
    expect(bench.served(first.key)).toBe(second.jwt);
    expect(bench.changes).toHaveLength(2);
  });

  test('of the token in force is written when the store does not hold it any more', async () => {
    const bench = await buildAccounts();
    const saved: string[] = [];
    bench.store.duringSave = ({ text }) => void saved.push(text);
    const minted = mintAccount(bench.operator);
    await bench.push(minted.jwt);
    await bench.push(minted.jwt);
    expect(saved).toHaveLength(1);
    const spoilt = { slot: minted.key, bytes: Buffer.from('spoilt'), modifiedAtMs: 1 };
    bench.store.listener.slotRead(spoilt);
    expect(await bench.push(minted.jwt)).toMatchObject({ kind: 'unchanged' });
    expect(saved).toHaveLength(2);
    bench.store.listener.storeUnavailable('away');
    bench.store.duringSave = () => {
      throw new AccountsError('store.unavailable', 'away');
    };
    expect(await bench.push(minted.jwt)).toMatchObject({ refusal: { code: 'store.unavailable' } });
    expect(bench.meter.admissions).toEqual([
      'push:created',
      'push:unchanged',
      'push:unchanged',
      'push:store.unavailable',
    ]);
  });

  test('with line ends after the token is kept without them (H12)', async () => {
    const bench = await buildAccounts();
    const minted = mintAccount(bench.operator);
    await bench.push(`${minted.jwt}\r\n`);
    expect(bench.served(minted.key)).toBe(minted.jwt);
  });

  test('of an older token is refused naming both times', async () => {
    const bench = await buildAccounts();
    await bench.push(mintAccount(bench.operator, { identity, iat: now - 10 }).jwt);
    const outcome = await bench.push(mintAccount(bench.operator, { identity, iat: now - 20 }).jwt);
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { code: 'iat.older' } });
    const message = outcome.kind === 'refused' ? outcome.refusal.message : '';
    expect(message).toContain(String(now - 10));
    expect(message).toContain(String(now - 20));
  });

  test('of another token of the same second wins once; the replaced one does not come back', async () => {
    const bench = await buildAccounts();
    const first = mintAccount(bench.operator, { identity, iat: now });
    const second = mintAccount(bench.operator, { identity, iat: now, nats: { description: 'second' } });
    await bench.push(first.jwt);
    expect(await bench.push(second.jwt)).toMatchObject({ kind: 'replaced' });
    expect(await bench.push(first.jwt)).toMatchObject({ refusal: { code: 'iat.replaced' } });
    expect(bench.served(first.key)).toBe(second.jwt);
  });

  test('of a deleted account needs a newer token', async () => {
    const bench = await buildAccounts();
    const minted = mintAccount(bench.operator, { identity, iat: now - 5 });
    await bench.push(minted.jwt);
    bench.store.drop(minted.key);
    expect(bench.served(minted.key)).toBeUndefined();
    expect(await bench.push(minted.jwt)).toMatchObject({ refusal: { code: 'iat.replaced' } });
    const older = mintAccount(bench.operator, { identity, iat: now - 6 });
    expect(await bench.push(older.jwt)).toMatchObject({ refusal: { code: 'iat.older' } });
    const newer = mintAccount(bench.operator, { identity, iat: now - 4 });
    expect(await bench.push(newer.jwt)).toMatchObject({ kind: 'created' });
  });

  test('from the future is refused beyond five minutes', async () => {
    const bench = await buildAccounts();
    bench.clock.nowMs = now * 1000;
    const near = mintAccount(bench.operator, { identity, iat: now + 300 });
    const far = mintAccount(bench.operator, { identity, iat: now + 301 });
    expect(await bench.push(far.jwt)).toMatchObject({ refusal: { code: 'iat.future' } });
    expect(await bench.push(near.jwt)).toMatchObject({ kind: 'created' });
  });

  test.each([
    ['expired', { exp: now - 10 }],
    ['not yet valid', { nbf: now + 100 }],
  ])('%s is refused with the time issue', async (_, choices) => {
    const bench = await buildAccounts();
    const outcome = await bench.push(mintAccount(bench.operator, choices).jwt);
    expect(outcome).toMatchObject({ refusal: { code: 'claims.time', issues: [{ severity: 'time' }] } });
  });

  test.each([
    ['garbage', () => 'garbage', 'jwt.undecodable'],
    ['an empty text', () => '', 'jwt.undecodable'],
    ['an operator JWT', () => mintOperator().jwt, 'jwt.not_account'],
    ['a foreign operator', () => mintAccount(mintOperator()).jwt, 'issuer.untrusted'],
    ['more than 1 MiB', () => 'a'.repeat(1_048_577), 'jwt.too_large'],
  ])('of %s is refused', async (_, text, code) => {
    const bench = await buildAccounts();
    expect(await bench.push(text())).toMatchObject({ kind: 'refused', refusal: { code } });
    expect(bench.accounts.published.size).toBe(0);
  });

  test('signed by an account key is refused, itself or another', async () => {
    const bench = await buildAccounts();
    const self = mintAccount(bench.operator, { identity, signer: identity });
    expect(await bench.push(self.jwt)).toMatchObject({ refusal: { code: 'issuer.self_signed' } });
    const other = mintAccount(bench.operator, { identity, signer: createAccount() });
    expect(await bench.push(other.jwt)).toMatchObject({ refusal: { code: 'issuer.account' } });
  });

  test('signed by the identity key of a strict operator is refused', async () => {
    const bench = await buildAccounts(mintOperator({ strict: true, signingKeys: 1 }));
    const byIdentity = mintAccount(bench.operator, { identity, signer: bench.operator.identity });
    expect(await bench.push(byIdentity.jwt)).toMatchObject({ refusal: { code: 'issuer.identity_key' } });
    expect(await bench.push(mintAccount(bench.operator, { identity }).jwt)).toMatchObject({
      kind: 'created',
    });
  });

  test('for another account than the request names is refused', async () => {
    const bench = await buildAccounts();
    const minted = mintAccount(bench.operator);
    const outcome = await bench.push(minted.jwt, { expectedKey: mintAccount(bench.operator).key });
    expect(outcome).toMatchObject({ refusal: { code: 'subject.mismatch' } });
    const seed = new TextDecoder().decode(identity.getSeed());
    const mistaken = await bench.push(minted.jwt, { expectedKey: seed });
    expect(mistaken).toMatchObject({ refusal: { code: 'subject.mismatch' } });
    expect(JSON.stringify([mistaken, bench.log.lines])).not.toContain(seed.slice(0, 20));
  });

  test('that breaks a content rule is refused with the issues', async () => {
    const bench = await buildAccounts();
    const limits = { ...OPEN_LIMITS, imports: 0 };
    const imports = [{ subject: 'a', type: 'stream', account: identity.getPublicKey() }];
    const outcome = await bench.push(mintAccount(bench.operator, { nats: { limits, imports } }).jwt);
    expect(outcome).toMatchObject({ refusal: { code: 'claims.invalid' } });
    expect(outcome.kind === 'refused' && outcome.refusal.issues.length).toBeGreaterThan(0);
  });
});

describe('a store that fails', () => {
  test('refuses the push with its own code and changes nothing', async () => {
    const bench = await buildAccounts();
    const old = mintAccount(bench.operator, { identity, iat: now - 5 });
    await bench.push(old.jwt);
    bench.store.duringSave = () => {
      throw new AccountsError('store.full', 'no space left');
    };
    const outcome = await bench.push(mintAccount(bench.operator, { identity, iat: now }).jwt);
    expect(outcome).toMatchObject({ refusal: { code: 'store.full', message: 'no space left' } });
    expect(bench.served(old.key)).toBe(old.jwt);
    bench.store.duringSave = () => {
      throw new Error('secret detail');
    };
    const unforeseen = await bench.push(mintAccount(bench.operator, { identity, iat: now }).jwt);
    expect(unforeseen).toMatchObject({ refusal: { code: 'store.unavailable' } });
    expect(JSON.stringify(unforeseen)).not.toContain('secret detail');
  });

  test('a push that another program overwrote at once is not answered as kept', async () => {
    const bench = await buildAccounts();
    const ours = mintAccount(bench.operator, { identity, iat: now - 5 });
    const theirs = mintAccount(bench.operator, { identity, iat: now });
    const { store } = bench;
    store.save = async (account) => store.put(account.accountKey, theirs.jwt);
    expect(await bench.push(ours.jwt)).toMatchObject({ kind: 'refused', refusal: { code: 'iat.replaced' } });
    expect(bench.served(ours.key)).toBe(theirs.jwt);
  });
});

test('fifty pushes of one account at once end with the newest, whatever order they were given in', async () => {
  const bench = await buildAccounts();
  bench.store.duringSave = () => new Promise((resolve) => setImmediate(resolve));
  const tokens = Array.from({ length: 50 }, (_, i) =>
    mintAccount(bench.operator, { identity, iat: now - i }),
  );
  tokens.sort(() => Math.random() - 0.5);
  const outcomes = await Promise.all(tokens.map((minted) => bench.push(minted.jwt)));
  const newest = tokens.find(
    (_, i) => outcomes[i]?.kind !== 'refused' && bench.served(identity.getPublicKey()) === tokens[i]?.jwt,
  );
  expect(newest).toBeDefined();
  const kept = bench.accounts.published.get(identity.getPublicKey())?.account.issuedAtSeconds;
  expect(kept).toBe(now);
});

test.each([
  [
    'a stranger',
    (operator: MintedOperator) => mintOperator({ signingKeys: operator.signingKeys.length }),
    'issuer.untrusted',
  ],
  ['the operator', (operator: MintedOperator) => operator, undefined],
])('a large token of %s is judged by its signer first', async (_, signedBy, code) => {
  const bench = await buildAccounts();
  const nats = { tags: Array.from({ length: 20_000 }, (_, i) => `tag${i}`) };
  const outcome = await bench.push(mintAccount(signedBy(bench.operator), { nats }).jwt);
  expect(outcome.kind === 'refused' ? outcome.refusal.code : undefined).toBe(code);
});
