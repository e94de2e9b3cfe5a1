import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PublishedAccount } from '../../../src/accounts/ports.js';
import type { TrustedAccount } from '../../../src/claims/jwt.js';
import { StoreHash } from '../../../src/nats/peer/store-hash.js';

/** As the definition says: all digests combined, of what has not expired. */
function fromScratch(accounts: Iterable<TrustedAccount>, nowSeconds: number): string {
  const hash = Buffer.alloc(32);
  for (const { text, expiresAtSeconds: exp } of accounts) {
    if (exp > 0 && nowSeconds > exp) continue;
    const digest = createHash('sha256').update(text).digest();
    for (const [at, byte] of digest.entries()) hash[at] = (hash[at] ?? 0) ^ byte;
  }
  return hash.toString('hex');
}

const account = (key: number, text: string, exp: number): TrustedAccount =>
  // Only what the hash looks at: a property needs thousands, which nobody signs.
  ({ accountKey: `A${key}`, text, expiresAtSeconds: exp }) as unknown as TrustedAccount;

const publishing = (accounts: Map<string, TrustedAccount>) => ({
  size: accounts.size,
  get: () => undefined,
  values: () => [...accounts.values()].map((each) => ({ account: each }) as PublishedAccount),
});

const step = fc.oneof(
  fc.record({
    kind: fc.constant('publish' as const),
    key: fc.nat(5),
    text: fc.string(),
    exp: fc.constantFrom(0, 0, 5, 10, 15, 20),
  }),
  fc.record({ kind: fc.constant('withdraw' as const), key: fc.nat(5) }),
  fc.record({ kind: fc.constant('wait' as const), seconds: fc.nat(6) }),
);

test('however accounts come, change, expire and go, the hash is that of what is there', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), fc.nat(10), (steps, loadedAt) => {
      const accounts = new Map<string, TrustedAccount>();
      let hash = new StoreHash(publishing(accounts));
      let now = 0;
      for (const [at, { ...event }] of steps.entries()) {
        if (at === loadedAt) hash = new StoreHash(publishing(accounts));
        if (event.kind === 'publish') {
          const next = account(event.key, event.text, event.exp);
          hash.published(next, accounts.get(next.accountKey));
          accounts.set(next.accountKey, next);
        } else if (event.kind === 'withdraw') {
          const gone = accounts.get(`A${event.key}`);
          if (gone !== undefined) hash.withdrawn(gone);
          accounts.delete(`A${event.key}`);
        } else now += event.seconds;
        expect(Buffer.from(hash.at(now)).toString('hex')).toBe(fromScratch(accounts.values(), now));
      }
    }),
  );
});

test('the hash of nothing is zero', () => {
  expect(new StoreHash(publishing(new Map())).at(0)).toEqual(new Uint8Array(32));
});
