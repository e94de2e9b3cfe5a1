import { createAccount } from 'nkeys.js';
import { expect, test } from 'vitest';
import type { AuditEntry, AuditTrail } from '../../src/accounts/audit.js';
import { AccountsError } from '../../src/accounts/errors.js';
import type { RollbackRule } from '../../src/accounts/rollback.js';
import { type AccountsBench, buildAccounts } from '../support/accounts.js';
import { HandStore } from '../support/hand-store.js';
import { type MintedAccount, mintAccount, mintOperator, nowSeconds, sign } from '../support/mint.js';

const now = nowSeconds();
const operator = mintOperator();
const identity = createAccount();
const KEY = identity.getPublicKey();
const account = (iat: number): MintedAccount => mintAccount(operator, { identity, name: 'A', iat });

/** A trail in memory that shows in which order things happen, and can be made to fail. */
class KeptTrail implements AuditTrail {
  problem: string | undefined;
  readonly entries: AuditEntry[] = [];
  fails = false;
  durableCalls = 0;

  note(entry: AuditEntry): void {
    this.entries.push(entry);
  }
  async durable(): Promise<void> {
    this.durableCalls++;
    if (this.fails) throw new AccountsError('audit.unavailable', 'no audit');
  }
  async close(): Promise<void> {}

  /** `created now`, with the age of the new token, or of the old one if there is none. */
  get story(): string[] {
    return this.entries.map(({ outcome, rule, repeated, ...entry }) => {
      const iat = (entry.new ?? entry.old)?.iat;
      const words = [
        outcome,
        rule,
        iat === undefined ? undefined : `${iat - now}`,
        repeated && `+${repeated}`,
      ];
      return words.filter((word) => word !== undefined).join(' ');
    });
  }
}

async function bench(rollback: RollbackRule = 'refuse-pushes', store = new HandStore()) {
  const audit = new KeptTrail();
  return { audit, ...(await buildAccounts(operator, { audit, rollback, store })) };
}

function deleteRequest({ operator: { key } }: AccountsBench): Buffer {
  const claims = { iat: now, iss: key, sub: key, nats: { accounts: [KEY] } };
  return Buffer.from(sign(claims, operator.identity));
}

test('A1: every decision about a push is kept with both tokens and who it came from', async () => {
  const { audit, push } = await bench();
  const origin = { kind: 'push', remoteAddress: '10.0.0.1', pusher: 'ci' } as const;
  await push(account(now - 10).jwt, { origin });
  await push(account(now - 5).jwt, { origin });
  await push(account(now - 20).jwt, { origin });
  await push(account(now - 5).jwt, { origin });
  expect(audit.story).toEqual(['created -10', 'replaced -5', 'refused iat.older -20', 'unchanged -5']);
  expect(audit.entries[1]).toMatchObject({
    account: KEY,
    name: 'A',
    origin,
    old: { iat: now - 10 },
    new: { iat: now - 5, hash: expect.stringMatching(/^[\w-]{43}$/) },
  });
});

test('A1: what is accepted is on record before the store is asked, and what then fails is told', async () => {
  const { audit, push, store } = await bench();
  let durableBefore = 0;
  store.duringSave = () => {
    durableBefore = audit.durableCalls;
    throw new AccountsError('store.full', 'full');
  };
  await push(account(now).jwt);
  expect(durableBefore).toBe(1);
  expect(audit.story).toEqual(['created 0', 'failed store.full 0']);
});

test('A1: when nothing can be put on record pushes and deletions are refused, and reading goes on', async () => {
  const made = await bench();
  const { audit, push, store, served } = made;
  await push(account(now - 10).jwt);
  audit.fails = true;
  let saves = 0;
  store.duringSave = () => void saves++;
  for (const text of [account(now), account(now - 10)]) {
    expect(await push(text.jwt)).toMatchObject({ refusal: { code: 'audit.unavailable' } });
  }
  expect(saves).toBe(0);
  const removal = await made.accounts.remove(deleteRequest(made), { kind: 'update' });
  expect(removal).toMatchObject({ failures: [expect.stringContaining('no audit')] });
  expect(served(KEY)).toBe(account(now - 10).jwt);
  expect(await push('garbage')).toMatchObject({ refusal: { code: 'jwt.undecodable' } });
  audit.problem = 'no audit';
  expect(made.accounts.readiness().problems).toEqual(['no audit']);
});

test('a directory is on record as it changes: what goes back in time too, what stood there already not', async () => {
  const store = new HandStore();
  store.put(KEY, account(now - 30).jwt);
  const { audit } = await bench('refuse-pushes', store);
  store.put(KEY, account(now - 10).jwt);
  store.put(KEY, account(now - 20).jwt);
  store.drop(KEY);
  expect(audit.story).toEqual([
    'replaced -10',
    'replaced rollback -20',
    `withdrawn deleted from the store (${KEY}) -20`,
  ]);
  expect(audit.entries[0]?.origin).toEqual({ kind: 'directory', slot: KEY });
});

test('a directory that is not obeyed is on record once', async () => {
  const { audit, store } = await bench('refuse-all');
  store.put(KEY, account(now - 10).jwt);
  for (let i = 0; i < 3; i++) store.put(KEY, account(now - 20).jwt);
  expect(audit.story).toEqual(['created -10', 'refused iat.older -20']);
});

test('a deletion is on record with who asked for it, before it is done', async () => {
  const made = await bench();
  await made.push(account(now - 10).jwt);
  let before: string[] = [];
  made.store.duringRemoval = () => {
    before = made.audit.story;
  };
  await made.accounts.remove(deleteRequest(made), { kind: 'update' });
  expect(before).toEqual(['created -10', `deleted asked by ${operator.key} -10`]);
  made.store.duringRemoval = () => {
    throw new AccountsError('store.unavailable', 'away');
  };
});

test('what somebody repeats is told once a minute, with the number of repetitions', async () => {
  const { audit, push, clock, accounts } = await bench();
  for (let i = 0; i < 50; i++) await push('garbage');
  await push('garbage', { origin: { kind: 'push', remoteAddress: '10.0.0.2' } });
  expect(audit.story).toEqual(['refused jwt.undecodable', 'refused jwt.undecodable']);
  clock.nowMs += 61_000;
  await push('garbage');
  expect(audit.story.slice(2)).toEqual(['refused jwt.undecodable +49', 'refused jwt.undecodable']);
  await push('garbage');
  await accounts.close();
  expect(audit.story.at(-1)).toBe('refused jwt.undecodable +1');
});

test('from ever new addresses it is told a thousand times at most', async () => {
  const { audit, push } = await bench();
  for (let i = 0; i < 1_100; i++) {
    await push('garbage', { origin: { kind: 'push', remoteAddress: `10.0.${i >> 8}.${i & 255}` } });
  }
  expect(audit.entries).toHaveLength(1_000);
});
