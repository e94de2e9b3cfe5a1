import { describe, expect, test } from 'vitest';
import { TokenShelf } from '../../src/accounts/token-shelf.js';
import { textAt } from '../../src/claims/kept-account.js';
import { buildAccounts } from '../support/accounts.js';
import { HandStore } from '../support/hand-store.js';
import { mintAccount, mintOperator, nowSeconds } from '../support/mint.js';

describe('a shelf of tokens', () => {
  test('keeps a copy of each, whatever comes after it and however large it is', () => {
    const { keep } = new TokenShelf();
    const lengths = [0, 1, 700_000, 700_000, 3_000_000, 20, 1_048_576, 1_048_577, 5];
    const places = lengths.map((length, i) => {
      const bytes = Buffer.alloc(length, String(i));
      const place = keep(bytes);
      bytes.fill('x');
      return place;
    });
    expect(places.map(textAt)).toEqual(lengths.map((length, i) => String(i).repeat(length)));
  });

  test('takes no memory of its own for each small one', () => {
    const { keep } = new TokenShelf();
    const slabs = new Set(Array.from({ length: 500 }, () => keep(Buffer.alloc(1_500)).slab));
    expect(slabs.size).toBe(1);
  });
});

describe('accounts whose tokens are replaced again and again', () => {
  test('are served their newest ones, while those that stay are moved together', async () => {
    const operator = mintOperator();
    const store = new HandStore();
    const { served, accounts, changes } = await buildAccounts(operator, { store });
    const still = Array.from({ length: 40 }, () => mintAccount(operator));
    for (const { key, jwt } of still) store.put(key, jwt);
    const moving = mintAccount(operator);
    const iat = nowSeconds() - 10_000;
    for (let i = 0; i < 1_200; i++) {
      const { jwt } = mintAccount(operator, { identity: moving.identity, iat: iat + i });
      store.put(moving.key, jwt);
      expect(served(moving.key)).toBe(jwt);
      // Tokens are moved in turns.
      if (i % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    for (const { key, jwt } of still) expect(served(key)).toBe(jwt);
    expect(accounts.published.size).toBe(41);
    // Whoever holds a former token still reads it.
    const texts = changes.map((change) => ('account' in change ? change.account.text : ''));
    expect(new Set(texts).size).toBe(1_240);
  });
});
