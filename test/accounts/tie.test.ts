import fc from 'fast-check';
import { createAccount } from 'nkeys.js';
import { describe, expect, test } from 'vitest';
import { CROSSING_MS, REPLAY_MS, staysInForce } from '../../src/accounts/tie.js';
import { buildAccounts } from '../support/accounts.js';
import { type MintedAccount, mintAccount, mintOperator, nowSeconds } from '../support/mint.js';
import { SeveralServers } from './several-servers.js';

const now = nowSeconds();
const operator = mintOperator();
const identity = createAccount();
const SENT = { kind: 'update', sentToServers: true } as const;

/** Texts of one second, the lesser ones first. */
const [least, middle, greatest] = [1, 2, 3]
  .map((n) => mintAccount(operator, { identity, iat: now, nats: { description: `edit ${n}` } }))
  .sort((a, b) => (a.jwt < b.jwt ? -1 : 1)) as [MintedAccount, MintedAccount, MintedAccount];
const texts = [least, middle, greatest] as const;

describe('of two texts of one second', () => {
  test.each([
    ['own', 0, 0, 'b', 'a', true],
    ['own', 0, 0, 'a', 'b', false],
    ['own', CROSSING_MS, 0, 'b', 'a', true],
    ['own', CROSSING_MS + 1, REPLAY_MS, 'b', 'a', false],
    ['own', CROSSING_MS + 1, REPLAY_MS + 1, 'b', 'a', true],
    ['own', 0, REPLAY_MS + 1, 'a', 'b', true],
    ['followed', 0, 0, 'b', 'a', false],
    ['followed', 0, REPLAY_MS + 1, 'a', 'b', false],
  ] as const)(
    '%s for %i ms, issued %i ms ago, "%s" against "%s": stays %s',
    (word, forMs, issuedAgoMs, text, theirs, stays) => {
      expect(staysInForce({ word, forMs, issuedAgoMs, text }, theirs)).toBe(stays);
    },
  );
});

describe('what another account server sent', () => {
  async function bench() {
    const made = await buildAccounts(operator);
    const hear = ({ jwt }: MintedAccount) => made.push(jwt, { origin: SENT });
    return { ...made, hear };
  }

  test('follows the server that leads, back and forth', async () => {
    const { hear, served } = await bench();
    for (const text of [middle, least, middle, greatest, least]) {
      expect(await hear(text)).not.toMatchObject({ kind: 'refused' });
      expect(served(text.key)).toBe(text.jwt);
    }
  });

  test('does not bring back what was replaced or deleted here', async () => {
    const { push, hear, store, clock } = await bench();
    await push(greatest.jwt);
    await push(least.jwt);
    clock.nowMs += CROSSING_MS + 1;
    expect(await hear(greatest)).toMatchObject({ refusal: { code: 'iat.replaced' } });
    store.drop(least.key);
    expect(await hear(least)).toMatchObject({ refusal: { code: 'iat.replaced' } });
  });

  test('is not followed when the second is long past: then it is an old token, replayed', async () => {
    const { push, hear, clock } = await bench();
    await push(least.jwt);
    clock.nowMs += REPLAY_MS + 2_000;
    expect(await hear(greatest)).toMatchObject({ refusal: { code: 'iat.replaced' } });
  });

  test('does not undo a directory that went back in time', async () => {
    const { push, hear, store, clock, served } = await bench();
    await push(least.jwt);
    const older = mintAccount(operator, { identity, iat: now - 100 });
    store.put(least.key, older.jwt);
    clock.nowMs += CROSSING_MS + 1;
    for (const text of texts) expect(await hear(text)).toMatchObject({ refusal: { code: 'iat.replaced' } });
    expect(served(older.key)).toBe(older.jwt);
    const newer = mintAccount(operator, { identity, iat: now + 1 });
    expect(await hear(newer)).toMatchObject({ kind: 'replaced' });
  });

  test('is judged by its age like any push', async () => {
    const { push, hear } = await bench();
    await push(middle.jwt);
    const older = mintAccount(operator, { identity, iat: now - 1 });
    expect(await hear(older)).toMatchObject({ refusal: { code: 'iat.older' } });
    const future = mintAccount(operator, { identity, iat: now + 1_000 });
    expect(await hear(future)).toMatchObject({ refusal: { code: 'iat.future' } });
  });

  test('that was followed and replaced does not come back by push', async () => {
    const { push, hear } = await bench();
    await hear(greatest);
    await hear(least);
    expect(await push(greatest.jwt)).toMatchObject({ refusal: { code: 'iat.replaced' } });
  });

  test('and is refused again and again is told once for each account and reason, then only for who debugs', async () => {
    const { push, hear, log } = await bench();
    await push(greatest.jwt);
    const other = mintAccount(operator);
    await push(other.jwt);
    const older = mintAccount(operator, { identity, iat: now - 1 });
    const elder = mintAccount(operator, { identity: other.identity, iat: now - 1 });
    for (let i = 0; i < 3; i++) for (const text of [older, least, elder]) await hear(text);
    expect(log.messages('warn').filter((message) => message === 'token refused')).toHaveLength(3);
    expect(log.messages('debug').filter((message) => message === 'token refused')).toHaveLength(6);
    // A push is somebody's deed, each time.
    for (let i = 0; i < 2; i++) await push(older.jwt);
    expect(log.messages('warn').filter((message) => message === 'token refused')).toHaveLength(5);
  });
});

describe('several account servers on which texts of one second are pushed', () => {
  // All within the time in which such texts are taken for edits: later ones are replays to whoever holds another one.
  const step = fc.oneof(
    fc.record({ push: fc.nat(2) }),
    fc.record({ deliver: fc.nat(20) }),
    fc.record({ pass: fc.constantFrom(10, 50, 100) }),
    fc.record({ repair: fc.nat(2) }),
  );

  test('agree, whatever the order of the messages', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(2, 3),
        // On which server each text is pushed, be it several times. The same texts in one order here and in the other
        // order there contradict each other, and each server then keeps to what it was told.
        fc.array(fc.nat(2), { minLength: 3, maxLength: 3 }),
        fc.array(step, { maxLength: 25 }),
        fc.infiniteStream(fc.nat(50)),
        async (count, places, steps, stream) => {
          const servers = await SeveralServers.start(count, operator, least.key, now * 1000);
          const picks = (): number => stream.next().value;
          for (const each of [{ push: 0 }, ...steps]) {
            if ('push' in each) await servers.push(places[each.push] ?? 0, texts[each.push] ?? least);
            else if ('deliver' in each) await servers.deliver(each.deliver);
            else if ('pass' in each) servers.pass(each.pass);
            else servers.repair(each.repair % count);
          }
          expect(await servers.settle(picks), servers.texts.join('\n')).toBe(true);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('agree on the later one when its server had heard of the earlier', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...texts], { minLength: 2, maxLength: 2 }),
        fc.constantFrom(2, 3),
        fc.infiniteStream(fc.nat(50)),
        async ([earlier = least, later = least], count, stream) => {
          const servers = await SeveralServers.start(count, operator, least.key, now * 1000);
          const picks = (): number => stream.next().value;
          await servers.push(0, earlier);
          await servers.deliverAll(picks);
          servers.pass(20);
          await servers.push(1, later);
          expect(await servers.settle(picks)).toBe(true);
          expect(new Set(servers.texts)).toEqual(new Set([later.jwt]));
        },
      ),
      { numRuns: 50 },
    );
  });
});
