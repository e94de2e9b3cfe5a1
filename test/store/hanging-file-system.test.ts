import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { DirectoryReader } from '../../src/store/directory-reader.js';
import type { Layout } from '../../src/store/layout.js';
import { NscLayout } from '../../src/store/nsc-layout.js';
import { Reports } from '../../src/store/reports.js';
import { RootFolder } from '../../src/store/root-folder.js';
import { KeptLog } from '../support/accounts.js';
import { KeptListener } from './kept-listener.js';
import { OperatorDirectory } from './operator-directory.js';

afterEach(() => {
  vi.useRealTimers();
});

/** A real layout whose calls can be made to hang, as those of a network file system that is gone. */
class HangingLayout {
  #gate: Promise<void> = Promise.resolve();
  #open = (): void => {};

  constructor(private readonly layout: Layout) {}

  hang(): void {
    this.#gate = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  answer(): void {
    this.#open();
  }

  get calls(): Layout {
    const { layout } = this;
    return {
      list: async () => {
        await this.#gate;
        return layout.list();
      },
      locate: (slot) => layout.locate(slot),
      resolve: (path) => layout.resolve(path),
      hint: (key, name) => layout.hint(key, name),
    };
  }
}

test('a file system that hangs is told as an outage, stops nobody, and recovers when it answers', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const directory = await OperatorDirectory.make(['A', 'B']);
  const layout = new HangingLayout(new NscLayout(new RootFolder(directory.dir)));
  const listener = new KeptListener();
  const reader = new DirectoryReader({
    layout: layout.calls,
    log: new KeptLog(),
    sweepMs: 600_000,
    watch: false,
    reports: new Reports(),
  });
  onTestFinished(() => reader.close());
  await reader.start(listener);
  layout.hang();
  const sweep = reader.reread();
  await nextTurn();
  vi.advanceTimersByTime(9_999);
  expect(listener.outages).toEqual([]);
  vi.advanceTimersByTime(10_001);
  expect(listener.outages).toEqual(['the file system has not answered for 10 seconds']);
  expect(listener.texts.size).toBe(2);
  layout.answer();
  await sweep;
  await listener.heard('up');
  expect(listener.calls.filter((call) => call.startsWith('gone'))).toEqual([]);
});
