import { spawnSync } from 'node:child_process';
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { AccountsError } from '../../../src/accounts/errors.js';
import type { SaveOrder, SaveResult, Saver } from '../../../src/store/saving/order.js';
import { SaveThread } from '../../../src/store/saving/save-thread.js';
import { type HandedEntries, PendingEntries } from '../../../src/store/state/handed-entries.js';
import { tempDir } from '../../support/temp.js';
import { mintTrusted } from '../operator-directory.js';
import { KeptState } from '../state/kept-state.js';

const { text, accountKey, issuedAtSeconds } = mintTrusted({ name: 'A' });
const ignore = (): void => {};

function orderIn(folder: string): SaveOrder {
  const place = { folder, file: 'a.jwt', temporary: '.a.tmp', parent: undefined };
  return { text, accountKey, issuedAtSeconds, ...place, goodStands: false, premise: undefined };
}

/** Keeps nothing, as long as the thread is not there. */
const MEANWHILE: Saver = {
  save: async (_order, _note, first): Promise<SaveResult> => {
    await first?.durable();
    return { kind: 'changed' };
  },
};

/** A thread that is there. */
async function started(): Promise<SaveThread> {
  const thread = new SaveThread(MEANWHILE);
  onTestFinished(() => thread.close());
  const folder = tempDir();
  const save = async (): Promise<string> => (await thread.save(orderIn(folder), ignore)).kind;
  await expect.poll(save, { timeout: 20_000, interval: 2 }).toBe('saved');
  return thread;
}

/** A ledger whose file takes what is written and cannot be synced (fsync(2): EINVAL), until it goes its own way. */
class FailingLedger {
  readonly calls: string[] = [];
  readonly #path = join(tempDir(), 'fifo');
  readonly #descriptor: number;

  constructor() {
    expect(spawnSync('mkfifo', [this.#path]).status).toBe(0);
    this.#descriptor = openSync(this.#path, constants.O_RDWR | constants.O_NONBLOCK);
    onTestFinished(() => closeSync(this.#descriptor));
  }

  async durable(): Promise<void> {
    this.calls.push('durable');
  }

  handOver(): HandedEntries {
    const { dev, ino } = fstatSync(this.#descriptor, { bigint: true });
    const file = { serial: 1, descriptor: this.#descriptor, path: this.#path, dev, ino };
    const lost = (error: unknown): AccountsError => {
      this.calls.push('lost');
      return new AccountsError('state.unavailable', 'it cannot be written', { cause: error });
    };
    return { file, text: 'entry\n', written: () => this.calls.push('written'), lost };
  }
}

test('what has to be remembered is in the ledger once the token stands there', async () => {
  const thread = await started();
  const state = join(tempDir(), 'state');
  const kept = await KeptState.start(state);
  await kept.keep('A', '1');
  const folder = tempDir();
  for (let i = 2; i < 30; i++) {
    kept.values.set('A', String(i).padStart(3, '0'));
    const result = await thread.save(orderIn(folder), ignore, kept.ledger.pending('A'));
    expect(result).toMatchObject({ kind: 'saved' });
  }
  expect(readFileSync(join(folder, 'a.jwt'), 'latin1')).toBe(text);
  expect((await KeptState.start(state)).values.get('A')).toBe('029');
});

test('many at once are all in the ledger', async () => {
  const thread = await started();
  const state = join(tempDir(), 'state');
  const kept = await KeptState.start(state);
  await kept.keep('K', '1');
  const keys = Array.from({ length: 50 }, (_, i) => `K${i}`);
  const saves = keys.map((key) => {
    kept.values.set(key, '1');
    return thread.save(orderIn(tempDir()), ignore, kept.ledger.pending(key));
  });
  for (const result of await Promise.all(saves)) expect(result).toMatchObject({ kind: 'saved' });
  expect([...(await KeptState.start(state)).values.keys()]).toEqual(['K', ...keys]);
});

test('a ledger whose file another process has taken over goes into a new one first', async () => {
  const thread = await started();
  const state = join(tempDir(), 'state');
  const kept = await KeptState.start(state);
  await kept.keep('A', '1');
  const [name = ''] = readdirSync(state);
  renameSync(join(state, name), join(tempDir(), name));
  const folder = tempDir();
  kept.values.set('A', '2');
  expect(await thread.save(orderIn(folder), ignore, kept.ledger.pending('A'))).toMatchObject({
    kind: 'saved',
  });
  expect(readFileSync(join(folder, 'a.jwt'), 'latin1')).toBe(text);
  expect(readdirSync(folder)).toEqual(['a.jwt']);
  expect((await KeptState.start(state)).values.get('A')).toBe('2');
});

describe('D4: a ledger that cannot be synced', () => {
  test('has the save refused: the old token stays whole, and nothing is left', async () => {
    const thread = await started();
    const [ledger, folder] = [new FailingLedger(), tempDir()];
    writeFileSync(join(folder, 'a.jwt'), 'old');
    const failure = { code: 'state.unavailable', cause: { code: 'EINVAL' } };
    await expect(thread.save(orderIn(folder), ignore, new PendingEntries(ledger))).rejects.toMatchObject(
      failure,
    );
    expect(readdirSync(folder)).toEqual(['a.jwt']);
    expect(readFileSync(join(folder, 'a.jwt'), 'utf8')).toBe('old');
    expect(ledger.calls).toEqual(['lost']);
  });

  test('has it refused also when the very token stands there', async () => {
    const thread = await started();
    const [ledger, folder] = [new FailingLedger(), tempDir()];
    writeFileSync(join(folder, 'a.jwt'), text);
    const failure = { code: 'state.unavailable' };
    await expect(thread.save(orderIn(folder), ignore, new PendingEntries(ledger))).rejects.toMatchObject(
      failure,
    );
  });

  test('is told of even if the save itself fails as well', async () => {
    const thread = await started();
    const ledger = new FailingLedger();
    const failure = { code: 'state.unavailable' };
    const order = orderIn(join(tempDir(), 'missing'));
    await expect(thread.save(order, ignore, new PendingEntries(ledger))).rejects.toMatchObject(failure);
    expect(ledger.calls).toEqual(['lost']);
  });
});
