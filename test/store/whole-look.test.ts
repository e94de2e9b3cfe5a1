import { execFileSync } from 'node:child_process';
import { mkdir, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { DirectoryReader } from '../../src/store/directory-reader.js';
import { NscLayout } from '../../src/store/nsc-layout.js';
import { Reports } from '../../src/store/reports.js';
import { RootFolder } from '../../src/store/root-folder.js';
import { FileThread } from '../../src/store/thread/file-thread.js';
import type { LookJob, Sights } from '../../src/store/thread/jobs.js';
import { KeptLog } from '../support/accounts.js';
import { tempDir } from '../support/temp.js';
import { KeptListener } from './kept-listener.js';
import { openNsc } from './opened.js';
import { OperatorDirectory, token } from './operator-directory.js';

/** The thread has to do everything, be it never so little. */
const ALWAYS = { read: 0, stamp: 0, listBytes: 0 };

afterEach(() => {
  vi.useRealTimers();
});

/** A real thread whose answers can be kept back after it has looked. */
class HeldThread extends FileThread {
  /** What it was asked to do, in order. */
  readonly tasks: LookJob['task'][] = [];
  #held: Promise<void> | undefined;
  #arrived = (): void => {};

  constructor() {
    super({ worth: ALWAYS });
  }

  override async look(job: LookJob): Promise<Sights> {
    this.tasks.push(job.task);
    const sights = await super.look(job);
    this.#arrived();
    await this.#held;
    return sights;
  }

  /** Keeps back the next answers; resolves when there is one, with what lets them go on. */
  async hold(): Promise<() => void> {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    this.#held = held;
    await new Promise<void>((resolve) => {
      this.#arrived = resolve;
    });
    return () => {
      if (this.#held === held) this.#held = undefined;
      release();
    };
  }
}

async function setUp(sweepMs = 600_000) {
  const directory = await OperatorDirectory.make(['A', 'B', 'C']);
  // Past the time in which a stamp proves nothing.
  await delay(120);
  const thread = new HeldThread();
  const listener = new KeptListener();
  const reader = new DirectoryReader({
    layout: new NscLayout(new RootFolder(directory.dir)),
    thread,
    log: new KeptLog(),
    sweepMs,
    watch: false,
    reports: new Reports(),
  });
  onTestFinished(() => reader.close());
  await reader.start(listener);
  const heldSweep = async (): Promise<{ readonly release: () => void; readonly done: Promise<void> }> => {
    const held = thread.hold();
    const done = reader.reread();
    return { release: await held, done };
  };
  return { directory, thread, listener, reader, slot: directory.slot('A'), heldSweep };
}

describe('while the thread reads everything', () => {
  test('what it read before a save has ended is not reported', async () => {
    const { directory, listener, reader, slot, heldSweep } = await setUp();
    const { release, done } = await heldSweep();
    const endSave = reader.slots.hold(slot);
    await directory.put('A', token('saved'));
    endSave();
    release();
    await done;
    expect(listener.texts.get(slot)).toBe(token('saved'));
    expect(listener.count(`read ${slot}`)).toBe(2);
    expect(listener.count(`read ${directory.slot('B')}`)).toBe(2);
  });

  test('what it read in the middle of a save waits for the end of it', async () => {
    const { directory, listener, reader, slot, heldSweep } = await setUp();
    const endSave = reader.slots.hold(slot);
    await directory.put('A', token('not durable'));
    const { release, done } = await heldSweep();
    release();
    await listener.heard(`read ${directory.slot('C')}`, 2);
    await directory.put('A', token('A'));
    expect(listener.count(`read ${slot}`)).toBe(1);
    endSave();
    await done;
    expect(listener.texts.get(slot)).toBe(token('A'));
  });

  test('a look that reports something newer is not followed by something older', async () => {
    const { directory, listener, reader, slot, heldSweep } = await setUp();
    const { release, done } = await heldSweep();
    await directory.put('A', token('newer'));
    await reader.slots.look(slot);
    expect(listener.texts.get(slot)).toBe(token('newer'));
    release();
    await done;
    expect(listener.texts.get(slot)).toBe(token('newer'));
  });

  test('a slot that is gone meanwhile does not come back', async () => {
    const { directory, listener, reader, slot, heldSweep } = await setUp();
    const { release, done } = await heldSweep();
    await unlink(directory.path(slot));
    reader.removed(slot);
    release();
    await done;
    expect(listener.texts.has(slot)).toBe(false);
    expect(reader.slots.states.has(slot)).toBe(false);
  });

  test('the store can be closed: nothing more is reported, and who waits is told', async () => {
    const { listener, reader, heldSweep } = await setUp();
    const { release, done } = await heldSweep();
    const heard = listener.calls.length;
    await reader.close();
    release();
    await done;
    expect(listener.calls.length).toBe(heard);
  });
});

test('unchanged files are only stamped; what changed is read, as it is then', async () => {
  const { directory, listener, thread, slot } = await setUp(40);
  expect(thread.tasks).toEqual(['read']);
  await listener.sweptAnew();
  expect(thread.tasks.slice(0, 3)).toEqual(['read', 'stamp', 'stamp']);
  expect(listener.sweeps.at(-1)).toMatchObject({ slots: 3, changed: 0 });
  const before = await thread.hold();
  await directory.put('A', token('first'));
  const stamped = thread.hold();
  before();
  const release = await stamped;
  // Between its stamp and its reading.
  await directory.put('A', token('second'));
  release();
  await listener.heard(`read ${slot}`, 2);
  expect(listener.texts.get(slot)).toBe(token('second'));
  expect(thread.tasks.at(-1)).toBe('read');
  await listener.sweptAnew();
  expect(listener.count(`read ${slot}`)).toBe(2);
  expect(listener.sweeps.map(({ changed }) => changed).filter((changed) => changed > 0)).toEqual([3, 1]);
});

test('sweep after sweep finds what changes, goes and comes', async () => {
  const { directory, listener } = await setUp(40);
  const slot = (name: string): string => directory.slot(name);
  await listener.sweptAnew(3);
  await directory.put('A', token('A changed'));
  await listener.heard(`read ${slot('A')}`, 2);
  await directory.remove('B');
  await listener.heard(`gone ${slot('B')}`);
  await directory.put('D', token('D'));
  await listener.heard(`read ${slot('D')}`);
  await directory.put('B', token('B again'));
  await listener.heard(`read ${slot('B')}`, 2);
  await listener.sweptAnew(3);
  for (const name of ['D', 'C', 'B', 'A']) await directory.put(name, token(`${name} at last`));
  const last = (name: string): boolean => listener.texts.get(slot(name)) === token(`${name} at last`);
  await listener.until('all is as it stands', () => ['A', 'B', 'C', 'D'].every(last));
  expect(listener.calls.filter((call) => call.startsWith('gone'))).toEqual([`gone ${slot('B')}`]);
  await listener.sweptAnew();
  expect(listener.sweeps.at(-1)).toMatchObject({ slots: 4, changed: 0 });
});

test('what changes after its stamp was taken is found by the next sweep', async () => {
  const { directory, listener, thread, slot } = await setUp(40);
  const release = await thread.hold();
  await directory.put('A', token('later'));
  release();
  await listener.heard(`read ${slot}`, 2);
  expect(listener.texts.get(slot)).toBe(token('later'));
});

test('links, empty folders and files that cannot be read are told as ever', async () => {
  const directory = await OperatorDirectory.make(['A', 'B']);
  await mkdir(directory.path('accounts/EMPTY'));
  await mkdir(directory.path('accounts/FIFO'));
  execFileSync('mkfifo', [directory.path('accounts/FIFO/FIFO.jwt')]);
  await mkdir(directory.path('elsewhere'));
  await writeFile(directory.path('elsewhere/LINKED.jwt'), token('linked'));
  await symlink('../elsewhere', directory.path('accounts/LINKED'));
  await symlink('/etc', directory.path('accounts/OUT'));
  const thread = new FileThread({ worth: ALWAYS });
  const { listener } = await openNsc(directory.dir, { watch: false, sweepMs: 40, thread });
  await listener.sweptAnew();
  expect([...listener.texts.values()].toSorted()).toEqual(
    [token('A'), token('B'), token('linked')].toSorted(),
  );
  expect([...listener.problems]).toEqual([
    [directory.slot('FIFO'), 'is a FIFO, no regular file'],
    [directory.slot('OUT'), expect.stringContaining('leads out of the store')],
  ]);
  expect(listener.calls.filter((call) => call.startsWith('read')).length).toBe(3);
});

test('a large directory is read by the thread, all of it, each once', async () => {
  const names = Array.from({ length: 1_200 }, (_, i) => `account ${i}`);
  const directory = await OperatorDirectory.make(names);
  // nsc takes white space from around the name of the file alone.
  await mkdir(directory.path('accounts/ Zürich '));
  await writeFile(directory.path('accounts/ Zürich /Zürich.jwt'), token('Zürich'));
  const asked = vi.spyOn(FileThread.prototype, 'look');
  const { listener, store } = await openNsc(directory.dir, { watch: false });
  expect(asked).toHaveBeenCalled();
  expect(listener.texts.size).toBe(1_201);
  await store.reread();
  expect(listener.calls.filter((call) => call.startsWith('read')).length).toBe(2_402);
  for (const name of names) expect(listener.texts.get(directory.slot(name))).toBe(token(name));
  expect(listener.texts.get('accounts/ Zürich /Zürich.jwt')).toBe(token('Zürich'));
  expect(listener.readings.get('accounts/ Zürich /Zürich.jwt')?.expectedName).toBe(' Zürich ');
});

test('a thread that fails costs one warning and time, no account', async () => {
  const directory = await OperatorDirectory.make(['A', 'B', 'C']);
  const thread = new FileThread({
    program: new URL('data:text/javascript,throw new Error("made to fail")'),
    worth: { ...ALWAYS, listBytes: 1_000_000 },
  });
  const { listener, log } = await openNsc(directory.dir, { watch: false, sweepMs: 40, thread });
  expect(listener.texts.size).toBe(3);
  await listener.sweptAnew();
  expect(log.lines.filter(({ level }) => level !== 'debug').map(({ message }) => message)).toEqual([
    'the file thread failed; files are read one by one instead',
  ]);
});

test('a thread that hangs is told as an outage and stops nobody', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const directory = await OperatorDirectory.make(['A', 'B']);
  const flag = join(tempDir(), 'hang');
  const program = hangingProgram(flag);
  const thread = new FileThread({ program, worth: ALWAYS });
  const { listener, store } = await openNsc(directory.dir, { watch: false, thread });
  expect(listener.texts.size).toBe(2);
  await writeFile(flag, '');
  const sweep = store.reread();
  await nextTurn();
  vi.advanceTimersByTime(20_000);
  expect(listener.outages).toEqual(['the file system has not answered for 10 seconds']);
  expect(listener.texts.size).toBe(2);
  await unlink(flag);
  await sweep;
  await listener.heard('up');
  expect(listener.calls.filter((call) => call.startsWith('gone'))).toEqual([]);
});

/** The real program, with a file system that hangs after a job while a file is there. */
function hangingProgram(flag: string): URL {
  const real = new URL('../../dist/store/thread/program.js', import.meta.url);
  const text = `
    import ${JSON.stringify(real.href)};
    import { parentPort } from 'node:worker_threads';
    import { existsSync } from 'node:fs';
    const clock = new Int32Array(new SharedArrayBuffer(4));
    parentPort.on('message', () => {
      while (existsSync(${JSON.stringify(flag)})) Atomics.wait(clock, 0, 0, 5);
    });`;
  return new URL(`data:text/javascript,${encodeURIComponent(text)}`);
}
