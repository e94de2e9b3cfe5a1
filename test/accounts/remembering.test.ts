import { join } from 'node:path';
import fc from 'fast-check';
import { createAccount } from 'nkeys.js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { AccountsError } from '../../src/accounts/errors.js';
import { type Ledger, NO_LEDGER } from '../../src/accounts/ledger.js';
import type { RollbackRule } from '../../src/accounts/rollback.js';
import { LedgerFile } from '../../src/store/state/ledger-file.js';
import { type AccountsBench, buildAccounts, KeptLog } from '../support/accounts.js';
import { HandStore } from '../support/hand-store.js';
import { type MintedAccount, mintAccount, mintOperator, nowSeconds, sign } from '../support/mint.js';
import { tempDir } from '../support/temp.js';

const now = nowSeconds();
const operator = mintOperator();
const identity = createAccount();
const account = (iat: number, description = ''): MintedAccount =>
  mintAccount(operator, { identity, iat, nats: { description } });
const KEY = identity.getPublicKey();

/** A directory with what stands in it, and the state directory: what is left when a process is killed. */
class Machine {
  readonly #state = join(tempDir('nas-remember-'), 'state');
  #files = new Map<string, string>();
  ledger: Ledger = NO_LEDGER;

  /** Starts a process; the one before is not closed, as if it had been killed. */
  async start(rollback: RollbackRule = 'refuse-pushes'): Promise<AccountsBench> {
    const store = new HandStore();
    for (const [slot, text] of this.#files) store.put(slot, text);
    const files = new Map(this.#files);
    this.#files = files;
    const [put, drop] = [store.put.bind(store), store.drop.bind(store)];
    store.put = (slot, text, more) => {
      files.set(slot, text);
      put(slot, text, more);
    };
    store.drop = (slot) => {
      files.delete(slot);
      drop(slot);
    };
    const ledger = await LedgerFile.open({ directory: this.#state, log: new KeptLog() });
    this.ledger = ledger;
    const bench = await buildAccounts(operator, { store, ledger, rollback });
    onTestFinished(() => bench.accounts.close());
    return bench;
  }

  /** What somebody does to the directory while no process runs. */
  write(text: string | undefined): void {
    if (text === undefined) this.#files.delete(KEY);
    else this.#files.set(KEY, text);
  }
}

/** Puts something that does not end before the test does; resolves when it was reached. */
async function neverEnding(put: (stop: () => Promise<void>) => void): Promise<void> {
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  onTestFinished(end);
  await new Promise<void>((reached) => {
    put(() => {
      reached();
      return ended;
    });
  });
}

describe('R3: after a restart', () => {
  test('an older token is refused, though the directory went back meanwhile', async () => {
    const machine = new Machine();
    const bench = await machine.start();
    const [old, middle, newest] = [account(now - 20), account(now - 10), account(now)];
    await bench.push(newest.jwt);
    await machine.ledger.durable();
    machine.write(old.jwt);
    const next = await machine.start();
    expect(next.served(KEY)).toBe(old.jwt);
    expect(next.meter.rollbacks).toBe(1);
    expect(await next.push(middle.jwt)).toMatchObject({ refusal: { code: 'iat.older' } });
    expect(await next.push(newest.jwt)).toMatchObject({ kind: 'replaced' });
  });

  test('a deleted token is refused, whoever deleted it', async () => {
    const machine = new Machine();
    const first = await machine.start();
    const minted = account(now - 10);
    await first.push(minted.jwt);
    const request = sign(
      { iat: now, iss: operator.key, sub: operator.key, nats: { accounts: [KEY] } },
      operator.identity,
    );
    expect(await first.accounts.remove(Buffer.from(request), { kind: 'update' })).toMatchObject({
      kind: 'removed',
      failures: [],
    });
    const second = await machine.start();
    expect(await second.push(minted.jwt)).toMatchObject({ refusal: { code: 'iat.replaced' } });
    expect(await second.push(account(now - 11).jwt)).toMatchObject({ refusal: { code: 'iat.older' } });
    expect(await second.push(account(now - 9).jwt)).toMatchObject({ kind: 'created' });
    // H10: nor does the request count twice.
    expect(await second.accounts.remove(Buffer.from(request), { kind: 'update' })).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('already carried out'),
    });
  });

  test('a token that another of its second replaced is refused', async () => {
    const machine = new Machine();
    const first = await machine.start();
    const [one, two] = [account(now, 'one'), account(now, 'two')];
    await first.push(one.jwt);
    await first.push(two.jwt);
    const second = await machine.start();
    expect(await second.push(one.jwt)).toMatchObject({ refusal: { code: 'iat.replaced' } });
    expect(await second.push(two.jwt)).toMatchObject({ kind: 'unchanged' });
  });

  test('of a process that was killed between ledger and store, what was never kept counts for nothing in force', async () => {
    const machine = new Machine();
    const first = await machine.start('refuse-all');
    const [one, two] = [account(now - 10), account(now)];
    await first.push(one.jwt);
    const inSave = neverEnding((stop) => {
      first.store.duringSave = stop;
    });
    void first.push(two.jwt);
    await inSave;
    const second = await machine.start('refuse-all');
    expect(second.served(KEY)).toBe(one.jwt);
    expect(second.meter.rollbacks).toBe(0);
    expect(await second.push(two.jwt)).toMatchObject({ kind: 'replaced' });
  });

  test('of a process that was killed in a deletion, the account is deleted or there, whole', async () => {
    const machine = new Machine();
    const first = await machine.start();
    const one = account(now - 10);
    await first.push(one.jwt);
    const inRemoval = neverEnding((stop) => {
      first.store.duringRemoval = stop;
    });
    const request = sign(
      { iat: now, iss: operator.key, sub: operator.key, nats: { accounts: [KEY] } },
      operator.identity,
    );
    void first.accounts.remove(Buffer.from(request), { kind: 'update' });
    await inRemoval;
    const still = await machine.start();
    expect(still.served(KEY)).toBe(one.jwt);
    still.store.drop(KEY);
    expect(await still.push(one.jwt)).toMatchObject({ refusal: { code: 'iat.replaced' } });
  });
});

test('R3: whatever happens, nothing older and nothing replaced comes back by push', async () => {
  const texts = [now - 3, now - 2, now - 1].flatMap((iat) =>
    ['a', 'b', 'c'].map((name) => ({ iat, ...account(iat, name) })),
  );
  const any = fc.nat(texts.length - 1);
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ push: any }) },
    { weight: 2, arbitrary: fc.record({ write: any }) },
    { weight: 1, arbitrary: fc.constant({ drop: true } as const) },
    { weight: 1, arbitrary: fc.record({ restart: fc.option(any) }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const machine = new Machine();
      let bench = await machine.start();
      let [newest, current]: [number, number | undefined] = [0, undefined];
      const gone = new Set<number>();
      const enter = (next: number | undefined): void => {
        if (current !== undefined && current !== next) gone.add(current);
        current = next;
        if (next === undefined) return;
        gone.delete(next);
        newest = Math.max(newest, texts[next]?.iat ?? 0);
      };
      for (const each of steps) {
        if ('push' in each) {
          const text = texts[each.push] ?? account(0);
          const outcome = await bench.push(text.jwt);
          const may =
            each.push === current || ((texts[each.push]?.iat ?? 0) >= newest && !gone.has(each.push));
          expect(outcome.kind !== 'refused').toBe(may);
          if (may) enter(each.push);
        } else if ('write' in each) {
          bench.store.put(KEY, texts[each.write]?.jwt ?? '');
          enter(each.write);
        } else if ('drop' in each) {
          if (current !== undefined) bench.store.drop(KEY);
          enter(undefined);
        } else {
          // What directories do is noted soon; only pushes wait for it.
          await machine.ledger.durable();
          if (each.restart !== null) {
            machine.write(texts[each.restart]?.jwt);
            // Replaced while nobody looked: that the text before is gone nobody knows.
            if (current !== undefined && current !== each.restart) {
              const [before, after] = [texts[current]?.iat ?? 0, texts[each.restart]?.iat ?? 0];
              const unseen = current;
              enter(each.restart);
              if (before === newest && before >= after) gone.delete(unseen);
            } else enter(each.restart);
          }
          bench = await machine.start();
        }
        expect(bench.served(KEY)).toBe(current === undefined ? undefined : texts[current]?.jwt);
      }
    }),
    { numRuns: 60 },
  );
});

describe('a ledger that cannot be written', () => {
  /** One whose writes fail as long as a test wants them to. */
  function failingLedger() {
    const state = { fails: true };
    const durable = async (): Promise<void> => {
      if (state.fails) throw new AccountsError('state.unavailable', 'no state');
    };
    return { state, ledger: { ...NO_LEDGER, durable } };
  }

  test('refuses pushes before the store is asked, and nothing of them is remembered', async () => {
    const { state, ledger } = failingLedger();
    const bench = await buildAccounts(operator, { ledger });
    let saves = 0;
    bench.store.duringSave = () => void saves++;
    expect(await bench.push(account(now).jwt)).toMatchObject({ refusal: { code: 'state.unavailable' } });
    expect(saves).toBe(0);
    state.fails = false;
    expect(await bench.push(account(now - 10).jwt)).toMatchObject({ kind: 'created' });
  });

  test('refuses delete requests, which can be sent again', async () => {
    const { state, ledger } = failingLedger();
    const bench = await buildAccounts(operator, { ledger });
    bench.store.put(KEY, account(now).jwt);
    const request = sign(
      { iat: now, iss: operator.key, sub: operator.key, nats: { accounts: [KEY] } },
      operator.identity,
    );
    const remove = () => bench.accounts.remove(Buffer.from(request), { kind: 'update' });
    expect(await remove()).toMatchObject({ kind: 'refused', reason: 'no state' });
    expect(bench.served(KEY)).toBeDefined();
    state.fails = false;
    expect(await remove()).toMatchObject({ kind: 'removed', failures: [] });
  });

  test('is told in the readiness, and reading goes on', async () => {
    const bench = await buildAccounts(operator, { ledger: { ...NO_LEDGER, problem: 'no state' } });
    bench.store.put(KEY, account(now).jwt);
    expect(bench.accounts.readiness()).toEqual({ loaded: true, problems: ['no state'] });
    expect(bench.served(KEY)).toBeDefined();
  });
});

test('a push that the store could not keep leaves no trace, also after a restart', async () => {
  const machine = new Machine();
  const first = await machine.start();
  first.store.duringSave = () => {
    throw new AccountsError('store.full', 'full');
  };
  await first.push(account(now).jwt);
  await machine.ledger.durable();
  const second = await machine.start();
  expect(await second.push(account(now - 10).jwt)).toMatchObject({ kind: 'created' });
});

describe('R2: a directory that goes back in time', () => {
  const [old, newer] = [account(now - 20), account(now - 10)];

  test('is obeyed with a warning and a count, once', async () => {
    const bench = await new Machine().start();
    bench.store.put(KEY, newer.jwt);
    for (let i = 0; i < 3; i++) bench.store.put(KEY, old.jwt);
    expect(bench.served(KEY)).toBe(old.jwt);
    expect(bench.meter.rollbacks).toBe(1);
    expect(bench.log.messages('warn')).toHaveLength(1);
  });

  test('under refuse-all is refused, told once and counted, and the newer token stays', async () => {
    const bench = await new Machine().start('refuse-all');
    bench.store.put(KEY, newer.jwt);
    for (let i = 0; i < 3; i++) bench.store.put(KEY, old.jwt);
    expect(bench.served(KEY)).toBe(newer.jwt);
    expect(bench.meter.rollbacks).toBe(1);
    expect(bench.log.messages('warn')).toHaveLength(1);
    expect(bench.log.lines.at(-1)?.facts).toMatchObject({ code: 'iat.older', slot: KEY });
    expect(bench.accounts.counts()).toMatchObject({ served: 1, refused: 1 });
    bench.store.put(KEY, account(now).jwt);
    expect(bench.accounts.counts()).toMatchObject({ served: 1, refused: 0 });
  });

  test('under refuse-all while the service is down is not served, until the older token is accepted explicitly', async () => {
    const machine = new Machine();
    const first = await machine.start('refuse-all');
    await first.push(newer.jwt);
    await first.accounts.close();
    machine.write(old.jwt);
    const second = await machine.start('refuse-all');
    expect(second.served(KEY)).toBeUndefined();
    expect(second.log.messages('warn')).toEqual(['not served']);
    await second.accounts.close();
    const accepting = await machine.start('refuse-pushes');
    expect(accepting.served(KEY)).toBe(old.jwt);
    await accepting.accounts.close();
    const again = await machine.start('refuse-all');
    expect(again.served(KEY)).toBe(old.jwt);
    expect(await again.push(account(now - 15).jwt)).toMatchObject({ refusal: { code: 'iat.older' } });
  });

  test('under refuse-all an older copy beside the good one changes nothing', async () => {
    const bench = await new Machine().start('refuse-all');
    bench.store.put('one', newer.jwt);
    bench.store.put('copy', old.jwt);
    bench.store.drop('one');
    expect(bench.served(KEY)).toBeUndefined();
  });
});

test('the rule allow lets everything in', async () => {
  const bench = await new Machine().start('allow');
  await bench.push(account(now).jwt);
  expect(await bench.push(account(now - 10).jwt)).toMatchObject({ kind: 'replaced' });
  expect(await bench.push(account(now).jwt)).toMatchObject({ kind: 'replaced' });
});
