import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ACCOUNT_STATES } from '../../src/fleet/account-state.js';
import { FleetUnderTest } from './fleet-under-test.js';

const KEYS = ['A', 'B', 'C', 'D'] as const;
type Key = (typeof KEYS)[number];

/** One thing that happens to a fleet. */
type Happening =
  | { readonly kind: 'change' | 'foreign' | 'notify'; readonly key: Key }
  /** Somebody begins to wait for an account, or for all of them. */
  | { readonly kind: 'wait' | 'wait_for_all'; readonly key: Key; readonly ms: number }
  | { readonly kind: 'connect' | 'disconnect' }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'freeze' | 'thaw' | 'restart' | 'announce'; readonly server: number }
  | { readonly kind: 'fetch'; readonly server: number; readonly key: Key; readonly ms: number }
  /** A fetch during which the account changes. */
  | {
      readonly kind: 'race';
      readonly server: number;
      readonly key: Key;
      readonly ms: number;
      readonly afterMs: number;
    };

const key = fc.constantFrom(...KEYS);
const server = fc.nat(2);
const change = fc.record({ kind: fc.constant('change' as const), key });
const wait = fc.record({
  kind: fc.constantFrom('wait' as const, 'wait' as const, 'wait_for_all' as const),
  key,
  // For a while, or until it is true.
  ms: fc.oneof(fc.nat(5_000), fc.constant(1e9)),
});
const link = fc.record({ kind: fc.constantFrom('connect' as const, 'disconnect' as const) });
const pass = fc.record({
  kind: fc.constant('pass' as const),
  ms: fc.oneof(fc.nat(6), fc.nat(20), fc.nat(4_000), fc.nat(90_000)),
});
const calamity = fc.oneof(
  fc.record({
    kind: fc.constantFrom('freeze' as const, 'thaw' as const, 'restart' as const, 'announce' as const),
    server,
  }),
  fc.record({ kind: fc.constant('fetch' as const), server, key, ms: fc.nat(1_900) }),
  fc.record({
    kind: fc.constant('race' as const),
    server,
    key,
    ms: fc.integer({ min: 10, max: 1_900 }),
    afterMs: fc.nat(30),
  }),
  fc.record({ kind: fc.constantFrom('foreign' as const, 'notify' as const), key }),
);

/** Makes things happen and keeps count of what may be sent at most. */
class Story {
  readonly it: FleetUnderTest;
  /** Notices that are justified, by account. */
  readonly allowed = new Map<string, number>();
  /** What somebody was told who waited, and what servers ran at that moment. */
  readonly told: { readonly effective: boolean; readonly differs: boolean }[] = [];
  /** How many still wait. */
  waiting = 0;
  readonly #foreign = new Map<string, number>();
  #versions = 0;
  #restarts = 0;

  constructor(seed: number) {
    this.it = new FleetUnderTest({}, pseudoRandom(seed));
    for (const name of KEYS) this.it.published.publish(name, `${name}-0`);
    // D is loaded nowhere at first.
    this.it.addServers(['N0', 'N1', 'N2'], ['A', 'B', 'C']);
  }

  async happen(what: Happening): Promise<void> {
    const { it } = this;
    switch (what.kind) {
      case 'change':
        it.change(what.key, `${what.key}-${++this.#versions}`);
        if (it.net.up) this.allow(what.key);
        return;
      case 'connect':
        if (!it.net.up) for (const name of KEYS) if (this.differs(name)) this.allow(name);
        it.net.connect();
        return;
      case 'disconnect':
        it.net.disconnect();
        return;
      case 'pass':
        await it.clock.pass(what.ms);
        return;
      case 'freeze':
        this.server(what.server).frozen = true;
        return;
      case 'thaw':
        this.server(what.server).thaw();
        // Its overdue heartbeat is the first thing it sends.
        it.net.announce(this.server(what.server));
        return;
      case 'restart':
        it.net.servers.delete(this.server(what.server).id);
        it.net.add(`N${what.server}-${++this.#restarts}`);
        return;
      case 'announce':
        it.net.announce(this.server(what.server));
        return;
      case 'fetch':
        this.fetch(what.server, what.key, what.ms);
        return;
      case 'race':
        this.fetch(what.server, what.key, what.ms);
        await it.clock.pass(what.afterMs);
        await this.happen({ kind: 'change', key: what.key });
        return;
      case 'wait':
        this.wait([what.key], it.fleet.whenEffective(what.key, what.ms));
        return;
      case 'wait_for_all':
        this.wait(KEYS, it.fleet.whenAllEffective(what.ms));
        return;
      case 'foreign':
        this.#foreign.set(what.key, (this.#foreign.get(what.key) ?? 0) + 1);
        for (const one of it.net.servers.values()) one.handle(() => void one.update(what.key, 'replayed'));
        if (it.net.up) it.net.emit({ kind: 'foreign_update', accountKey: what.key });
        return;
      case 'notify':
        it.fleet.notify(what.key);
        return;
    }
  }

  differs(name: string): boolean {
    const text = this.it.published.get(name)?.text;
    return this.it.running(name).some((running) => running !== undefined && running !== text);
  }

  /** A text that was replaced several times in a row is put back later. */
  get patienceMs(): number {
    const times = Math.max(0, ...this.#foreign.values());
    return 15_000 + (times < 2 ? 0 : Math.min(75_000, 1_000 * 2 ** times));
  }

  private wait(names: readonly string[], answer: Promise<{ readonly effective: boolean } | undefined>): void {
    this.waiting++;
    void answer.then((view) => {
      this.waiting--;
      const differs = names.some((name) => this.differs(name));
      this.told.push({ effective: view?.effective ?? false, differs });
    });
  }

  private allow(name: string): void {
    this.allowed.set(name, (this.allowed.get(name) ?? 0) + 1);
  }

  private server(index: number) {
    const servers = [...this.it.net.servers.values()];
    const found = servers[index % servers.length];
    if (found === undefined) throw new Error('a fleet without servers');
    return found;
  }

  /** A server fetches what is published now; an update that comes meanwhile is skipped, as real servers do. */
  private fetch(index: number, name: Key, ms: number): void {
    const one = this.server(index);
    const published = this.it.published.texts.get(name);
    if (one.loaded.has(name) || published === undefined) return;
    published.lastServedAtMs = this.it.clock.now();
    const { text } = published;
    this.it.clock.after(ms, () => {
      if (!one.loaded.has(name)) one.loaded.set(name, { jwt: text, complete: true });
    });
  }
}

/** A small generator, so that a run can be repeated from its seed. */
function pseudoRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Trouble ends: everybody is awake and connected. */
async function peace(told: Story): Promise<void> {
  for (const index of [0, 1, 2]) await told.happen({ kind: 'thaw', server: index });
  await told.happen({ kind: 'connect' });
}

function expectConverged(told: Story): void {
  for (const name of KEYS) expect(told.differs(name), `${name}: ${told.it.running(name)}`).toBe(false);
}

/** Counts, pages and rows say the same, and no row is called well of which a cell says otherwise. */
function expectConsistent({ it }: Story): void {
  const { accounts, servers } = it.fleet.status();
  const { rows } = it.fleet.accounts({ limit: KEYS.length });
  for (const state of ACCOUNT_STATES)
    expect(rows.filter((row) => row.state === state)).toHaveLength(accounts[state]);
  for (const { state, cells, work } of rows) {
    const fine = cells.every(({ effect }) => effect === 'current' || effect === 'not_loaded');
    if (state === 'effective') expect({ fine, work }).toEqual({ fine: true, work: 'idle' });
    if (servers.some(({ presence }) => presence === 'silent'))
      expect(['pending', 'unknown']).toContain(state);
  }
}

describe('whatever happens', () => {
  test('soon after it every server runs what is published', async () => {
    const happenings = fc.array(fc.oneof(change, link, pass, calamity), { minLength: 8, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(happenings, fc.nat(), async (story, seed) => {
        const told = new Story(seed);
        // An update that somebody else sends while we are away is for the next test.
        for (const what of story) if (what.kind !== 'foreign' || told.it.net.up) await told.happen(what);
        await peace(told);
        await told.it.clock.pass(told.patienceMs);
        expectConverged(told);
      }),
      { numRuns: 300 },
    );
  });

  test('nobody who waits is told that all is well while it is not, and everybody is told once it is', async () => {
    const anything = fc.oneof(change, link, pass, calamity, { weight: 2, arbitrary: wait });
    await fc.assert(
      fc.asyncProperty(fc.array(anything, { minLength: 8, maxLength: 60 }), fc.nat(), async (story, seed) => {
        const told = new Story(seed);
        for (const what of story) if (what.kind !== 'foreign' || told.it.net.up) await told.happen(what);
        await peace(told);
        // Servers that restarted without a goodbye are waited for until they are forgotten.
        await told.it.clock.pass(told.patienceMs + 200_000);
        expect(told.waiting).toBe(0);
        expect(told.told.filter(({ effective, differs }) => effective && differs)).toEqual([]);
        expect(told.it.fleet.status()).toMatchObject({
          effective: true,
          accounts: { effective: KEYS.length },
        });
      }),
      { numRuns: 400 },
    );
  });

  test('an account is never called effective while a server runs something else', async () => {
    const happenings = fc.array(fc.oneof(change, link, pass, calamity), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(happenings, fc.nat(), async (story, seed) => {
        const told = new Story(seed);
        for (const what of story) {
          if (what.kind === 'foreign') continue;
          await told.happen(what);
          for (const name of KEYS)
            if (told.it.fleet.account(name)?.effective) expect(told.differs(name)).toBe(false);
          expectConsistent(told);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('even what nobody could see is repaired, and then nothing more is sent', async () => {
    const happenings = fc.array(fc.oneof(change, link, pass, calamity), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(happenings, fc.nat(), async (story, seed) => {
        const told = new Story(seed);
        for (const what of story) await told.happen(what);
        await peace(told);
        await told.it.clock.pass(760_000);
        expectConverged(told);
        const sent = told.it.net.sent.length;
        await told.it.clock.pass(1_500_000);
        expect(told.it.net.sent.length).toBe(sent);
      }),
      { numRuns: 100 },
    );
  });

  test('without trouble no notice is sent that is not needed', async () => {
    const happenings = fc.array(fc.oneof({ weight: 3, arbitrary: change }, link, pass), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(happenings, fc.nat(), async (story, seed) => {
        const told = new Story(seed);
        for (const what of story) await told.happen(what);
        await peace(told);
        await told.it.clock.pass(100_000);
        expectConverged(told);
        for (const name of KEYS)
          expect(told.it.net.noticesOf(name).length).toBeLessThanOrEqual(told.allowed.get(name) ?? 0);
      }),
      { numRuns: 800 },
    );
  });
});
