import fc from 'fast-check';
import { createAccount } from 'nkeys.js';
import { describe, expect, test } from 'vitest';
import { AccountIndex } from '../../src/http/account-index.js';
import { buildAccounts } from '../support/accounts.js';
import { mintAccount } from '../support/mint.js';

const keys = Array.from({ length: 40 }, () => createAccount());

describe('the index of accounts', () => {
  test('holds in order what is published, whatever comes and goes', async () => {
    const bench = await buildAccounts();
    const index = new AccountIndex(bench.accounts.published);
    bench.accounts.listen(index);
    const step = fc.record({
      which: fc.nat(keys.length - 1),
      gone: fc.boolean(),
      after: fc.nat(keys.length - 1),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 30 }),
        fc.integer({ min: 1, max: 50 }),
        async (steps, limit) => {
          for (const { which, gone, after } of steps) {
            const identity = keys[which];
            if (identity === undefined) continue;
            const slot = identity.getPublicKey();
            if (gone) bench.store.drop(slot);
            else
              bench.store.put(
                slot,
                mintAccount(bench.operator, { identity, nats: { description: `${which}` } }).jwt,
              );
            const all = [...bench.accounts.published.values()]
              .map(({ account }) => account.accountKey)
              .sort();
            const cursor = keys[after]?.getPublicKey() ?? '';
            expect(index.after(cursor, limit)).toEqual(all.filter((key) => key > cursor).slice(0, limit));
            expect([...index.slices()].flat()).toEqual(all);
            expect(index.size).toBe(all.length);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  test('knows what was published before it', async () => {
    const bench = await buildAccounts();
    const { key, jwt } = mintAccount(bench.operator);
    bench.store.put(key, jwt);
    expect(new AccountIndex(bench.accounts.published).after('', 10)).toEqual([key]);
  });

  test.each([
    ['', 3],
    ['A', 3],
    ['B', 0],
    ['~', 0],
    ['AZZZ', 0],
  ])('begins behind any text: %j', async (text, found) => {
    const bench = await buildAccounts();
    for (let i = 0; i < 3; i++) {
      const { key, jwt } = mintAccount(bench.operator);
      bench.store.put(key, jwt);
    }
    expect(new AccountIndex(bench.accounts.published).after(text, 10)).toHaveLength(found);
  });
});
