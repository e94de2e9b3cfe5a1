import type { Stats } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { NscLayout } from '../../src/store/nsc-layout.js';
import { Reports } from '../../src/store/reports.js';
import { RootFolder } from '../../src/store/root-folder.js';
import { SlotReader } from '../../src/store/slot-reader.js';
import { SlotStates } from '../../src/store/slot-states.js';
import { isFresh } from '../../src/store/stamp.js';
import { KeptListener } from './kept-listener.js';
import { OperatorDirectory, token } from './operator-directory.js';

/** A gate that calls pass when it is opened. */
class Gate {
  open = (): void => {};
  readonly passed = new Promise<void>((resolve) => {
    this.open = resolve;
  });
}

async function setUp() {
  const directory = await OperatorDirectory.make(['A']);
  const real = new NscLayout(new RootFolder(directory.dir));
  await real.list();
  let gate: Gate | undefined;
  const layout = {
    list: () => real.list(),
    locate: async (slot: string) => {
      await gate?.passed;
      return real.locate(slot);
    },
    resolve: (path: string) => real.resolve(path),
    hint: (key: string, name: string | null) => real.hint(key, name),
  };
  const listener = new KeptListener();
  const reports = new Reports();
  reports.begin(listener);
  let hear = (): void => {};
  const reader = new SlotReader(layout, reports, { missing() {}, present: () => hear() });
  const slot = directory.slot('A');
  await reader.look(slot);
  return {
    directory,
    listener,
    reader,
    slot,
    closeGate: () => (gate = new Gate()),
    onPresent: (heard: () => void) => {
      hear = heard;
    },
  };
}

test('a look that began before a save reports nothing until the save has ended', async () => {
  const { directory, listener, reader, slot, closeGate } = await setUp();
  const gate = closeGate();
  const look = reader.look(slot);
  const release = reader.hold(slot);
  await directory.put('A', token('not durable yet'));
  gate.open();
  await delay(30);
  expect(listener.texts.get(slot)).toBe(token('A'));
  // The save fails and is taken back: what was read in the middle of it must never come out.
  await directory.put('A', token('A again'));
  release();
  await look;
  expect(listener.calls).toEqual([`read ${slot}`, `read ${slot}`]);
  expect(listener.texts.get(slot)).toBe(token('A again'));
});

test('a look that is asked for during a save waits for its end', async () => {
  const { directory, listener, reader, slot } = await setUp();
  const release = reader.hold(slot);
  const look = reader.look(slot, { force: true });
  await directory.put('A', token('saved'));
  await delay(30);
  expect(listener.calls.length).toBe(1);
  release();
  await look;
  expect(listener.texts.get(slot)).toBe(token('saved'));
});

test('many looks asked for at once make two readings: the one under way, and one after it', async () => {
  const { listener, reader, slot, closeGate } = await setUp();
  const gate = closeGate();
  const looks = [reader.look(slot, { force: true })];
  await nextTurn();
  for (let i = 0; i < 50; i++) looks.push(reader.look(slot, { force: true }));
  gate.open();
  await Promise.all(looks);
  expect(listener.calls.length).toBe(1 + 2);
});

test('a look that is asked for when another one has just ended is a look of its own', async () => {
  const { directory, listener, reader, slot, onPresent } = await setUp();
  let second: Promise<unknown> | undefined;
  onPresent(() => {
    onPresent(() => undefined);
    // Right after the first one has reported, before anybody hears that it has ended.
    queueMicrotask(() => {
      directory.putNow('A', token('A changed'));
      second = reader.look(slot);
    });
  });
  await reader.look(slot, { force: true });
  await second;
  expect(listener.texts.get(slot)).toBe(token('A changed'));
});

test('an equal stamp proves nothing while the file is fresh', async () => {
  const listener = new KeptListener();
  const reports = new Reports();
  reports.begin(listener);
  const states = new SlotStates(reports);
  const reading = (content: string, fresh: boolean) => ({
    reading: { kind: 'file', bytes: Buffer.from(token(content)), modifiedAtMs: 0, stamp: 42, fresh } as const,
    place: undefined,
  });
  states.take('A', reading('one', true));
  expect(states.stampOf('A')).toBeUndefined();
  // A coarse clock: another content under the same stamp.
  states.take('A', reading('two', true));
  states.take('A', reading('two', false));
  expect(listener.calls).toEqual(['read A', 'read A']);
  expect(states.stampOf('A')).toBe(42);
});

test('a file is fresh when it has just been written, and not a while later', async () => {
  const directory = await OperatorDirectory.make(['A']);
  const path = directory.path(directory.slot('A'));
  const write = async (): Promise<Stats> => {
    await writeFile(path, token('now'));
    return stat(path);
  };
  // Unless the machine was busy with others meanwhile.
  await expect.poll(async () => isFresh(await write())).toBe(true);
  const stats = await write();
  expect(isFresh(Object.assign(stats, { ctimeMs: Date.now() - 1000 }))).toBe(false);
});
