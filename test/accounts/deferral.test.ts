import { createAccount } from 'nkeys.js';
import { describe, expect, test } from 'vitest';
import { Accounts } from '../../src/accounts/accounts.js';
import { buildAccounts, KeptLog, KeptMeter } from '../support/accounts.js';
import { HandStore } from '../support/hand-store.js';
import { mintAccount, mintOperator, nowSeconds } from '../support/mint.js';

const operator = mintOperator();
const now = nowSeconds();

/** A start whose accounts are all left for later, as those of a large directory are. */
const started = (store: HandStore, more = {}) => buildAccounts(operator, { store, judgedAtOnce: 0, ...more });

describe('accounts of a large directory', () => {
  test('are served as soon as they are asked for, and all are judged in the end', async () => {
    const store = new HandStore();
    const minted = Array.from({ length: 200 }, () => mintAccount(operator));
    for (const { key, jwt } of minted) store.put(key, jwt);
    const bench = await started(store);
    expect(bench.accounts.readiness()).toEqual({ loaded: true, problems: [] });
    expect(bench.accounts.unjudged).toBeGreaterThan(100);
    for (const { key, jwt } of minted.toReversed().slice(0, 50)) expect(bench.served(key)).toBe(jwt);
    expect(await bench.accounts.whole()).toBe(true);
    expect(bench.accounts.unjudged).toBe(0);
    expect(bench.accounts.counts()).toEqual({ served: 200, expired: 0, notYetValid: 0, refused: 0 });
    // What stood there already is no news.
    expect(bench.log.messages('info')).toEqual(['operator loaded']);
    expect(bench.changes).toHaveLength(200);
  });

  test('that are few are judged before anything counts as loaded', async () => {
    const store = new HandStore();
    for (const name of ['A', 'B']) store.put(name, mintAccount(operator).jwt);
    const bench = await started(store, { judgedAtOnce: 2 });
    expect(bench.accounts.unjudged).toBe(0);
    expect(bench.accounts.counts()).toMatchObject({ served: 2 });
  });

  test('are never served without being trusted: a forged token is refused when it is asked for', async () => {
    const store = new HandStore();
    const good = mintAccount(operator);
    const forged = mintAccount(operator);
    const strange = mintAccount(mintOperator());
    store.put('good', good.jwt);
    store.put('forged', `${forged.jwt.slice(0, -86)}${good.jwt.slice(-86)}`);
    store.put('strange', strange.jwt);
    const bench = await started(store);
    expect(bench.served(forged.key)).toBeUndefined();
    expect(bench.served(strange.key)).toBeUndefined();
    expect(bench.log.lines.filter(({ level }) => level === 'warn').map(({ facts }) => facts)).toMatchObject([
      { slot: 'forged', code: 'jwt.undecodable' },
      { slot: 'strange', code: 'issuer.untrusted' },
    ]);
    await bench.accounts.whole();
    expect(bench.accounts.counts()).toMatchObject({ served: 1, refused: 2 });
  });

  test('that stand in two files are both judged before one is served', async () => {
    const store = new HandStore();
    const identity = createAccount();
    const older = mintAccount(operator, { identity, iat: now - 10 });
    const newer = mintAccount(operator, { identity, iat: now });
    store.put('copy', older.jwt);
    store.put('original', newer.jwt);
    const bench = await started(store);
    expect(bench.served(newer.key)).toBe(newer.jwt);
    expect(bench.accounts.unjudged).toBe(0);
  });

  test('change, go and turn unreadable meanwhile as if all had been judged', async () => {
    const store = new HandStore();
    const [changed, gone, barred] = [createAccount(), createAccount(), createAccount()];
    const before = mintAccount(operator, { identity: changed, iat: now - 5 });
    const after = mintAccount(operator, { identity: changed, iat: now });
    const left = mintAccount(operator, { identity: gone });
    const kept = mintAccount(operator, { identity: barred });
    store.put('changed', before.jwt);
    store.put('gone', left.jwt);
    store.put('barred', kept.jwt);
    const bench = await started(store);
    store.put('changed', after.jwt);
    store.drop('gone');
    store.listener.slotUnreadable('barred', 'permission denied');
    expect(bench.served(after.key)).toBe(after.jwt);
    expect(bench.served(left.key)).toBeUndefined();
    expect(bench.served(kept.key)).toBe(kept.jwt);
    expect(bench.accounts.counts()).toMatchObject({ served: 2, refused: 1 });
    expect(bench.log.messages('info')).toContain('account replaced');
    // A deleted token may not come back by push, although nobody had asked for it.
    expect(await bench.push(left.jwt)).toMatchObject({ refusal: { code: 'iat.replaced' } });
    // Nor may an older one take the place of one that nobody had asked for.
    expect(await bench.push(before.jwt)).toMatchObject({ refusal: { code: 'iat.older' } });
  });

  test('that no glance can tell are judged at once', async () => {
    const store = new HandStore();
    const blank = mintAccount(operator, { name: 'Zoë' });
    store.put('blank', blank.jwt);
    store.put('half', blank.jwt.slice(0, 200));
    const bench = await started(store);
    expect(bench.accounts.unjudged).toBe(0);
    expect(bench.accounts.problemOf('half')).toMatch(/chunks/);
  });

  test('are served without the line ends behind them', async () => {
    const store = new HandStore();
    const { key, jwt } = mintAccount(operator);
    store.put('A', `${jwt}\r\n\n`);
    const bench = await started(store);
    expect(bench.served(key)).toBe(jwt);
  });

  test('that stand where another one is promised are refused', async () => {
    const store = new HandStore();
    const [one, other] = [mintAccount(operator), mintAccount(operator)];
    store.put(one.key, one.jwt, { expectedKey: one.key });
    store.put(other.key, one.jwt, { expectedKey: other.key });
    const bench = await started(store);
    expect(bench.served(one.key)).toBe(one.jwt);
    expect(bench.served(other.key)).toBeUndefined();
    expect(bench.accounts.problemOf(other.key)).toMatch(/is about/);
    expect(bench.log.messages('warn')).toEqual(['not served']);
  });

  test('that were refused speak for nobody, and what comes in their place does', async () => {
    const store = new HandStore();
    const identity = createAccount();
    const strange = mintAccount(mintOperator(), { identity });
    const good = mintAccount(operator, { identity });
    store.put('A', strange.jwt);
    store.put('B', good.jwt);
    const bench = await started(store);
    expect(bench.served(good.key)).toBe(good.jwt);
    store.drop('B');
    expect(bench.served(good.key)).toBeUndefined();
    store.put('A', good.jwt);
    expect(bench.served(good.key)).toBe(good.jwt);
    // One file holds it, so nobody is told of several.
    expect(bench.log.messages('warn')).toEqual(['not served']);
  });

  test('are judged by the operator that is in force when their turn comes', async () => {
    const other = mintOperator({ identity: operator.identity, signingKeys: 1 });
    const store = new HandStore();
    const account = mintAccount(other);
    const unasked = mintAccount(operator);
    store.put('A', account.jwt);
    store.put('B', unasked.jwt);
    const bench = await started(store);
    bench.accounts.intake.operatorRead('operator.jwt', Buffer.from(other.jwt));
    expect(bench.served(account.key)).toBe(account.jwt);
    expect(bench.served(unasked.key)).toBe(unasked.jwt);
  });

  test('are not judged any more after the end', async () => {
    const store = new HandStore();
    for (let index = 0; index < 200; index++) store.put(`slot ${index}`, mintAccount(operator).jwt);
    const bench = await started(store);
    await bench.accounts.close();
    expect(await bench.accounts.whole()).toBe(false);
    expect(bench.accounts.unjudged).toBeGreaterThan(0);
  });

  test('that are asked for before the store was read do not exist yet', async () => {
    const accounts = new Accounts({
      store: new HandStore(),
      log: new KeptLog(),
      meter: new KeptMeter(),
      clock: { now: Date.now },
    });
    expect(accounts.published.get(mintAccount(operator).key)).toBeUndefined();
    expect(await accounts.whole()).toBe(true);
  });
});
