import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tempDir } from '../../support/temp.js';
import { KeptState, watchedFiles } from './kept-state.js';

const stateDir = (): string => join(tempDir('nas-ledger-'), 'below', 'state');

function theFile(directory: string): string {
  const [name, ...others] = readdirSync(directory);
  if (name === undefined || others.length > 0) throw new Error(`not one file: ${readdirSync(directory)}`);
  return join(directory, name);
}

test('what is durable the next process knows, though this one never ends', async () => {
  const directory = stateDir();
  const first = await KeptState.start(directory);
  await first.keep('A', '1');
  await first.keep('B', '1');
  await first.keep('A', '2');
  const second = await KeptState.start(directory);
  expect(second.values).toEqual(
    new Map([
      ['A', '2'],
      ['B', '1'],
    ]),
  );
  expect(second.log.messages('warn')).toEqual([]);
});

test('what nobody waits for is written soon, and at the end at the latest', async () => {
  const directory = stateDir();
  const first = await KeptState.start(directory);
  await first.keep('A', '1');
  first.set('A', '2');
  const file = theFile(directory);
  await expect.poll(() => readFileSync(file, 'utf8')).toContain('A 2');
  first.set('A', '3');
  await first.ledger.close();
  expect((await KeptState.start(directory)).values.get('A')).toBe('3');
});

test('only its owner can read it', async () => {
  const directory = stateDir();
  await (await KeptState.start(directory)).keep('A', '1');
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  expect(statSync(theFile(directory)).mode & 0o777).toBe(0o600);
});

test('many who wait share a sync', async () => {
  const files = watchedFiles();
  const state = await KeptState.start(stateDir(), files);
  await state.keep('first', '1');
  files.calls.length = 0;
  await Promise.all(Array.from({ length: 100 }, (_, i) => state.keep(`K${i}`, '1')));
  expect(files.calls.filter((call) => call === 'sync').length).toBeLessThanOrEqual(2);
});

test('nothing resolves before the sync that covers it', async () => {
  const files = watchedFiles();
  const state = await KeptState.start(stateDir(), files);
  await state.keep('first', '1');
  files.calls.length = 0;
  await state.keep('A', '1');
  expect(files.calls).toEqual(['append', 'sync', 'standsAt']);
});

test('a forgotten key is not written', async () => {
  const directory = stateDir();
  const state = await KeptState.start(directory);
  await state.keep('A', '1');
  state.values.delete('A');
  state.ledger.note('A');
  await state.ledger.durable();
  await state.ledger.close();
  const next = await KeptState.start(directory);
  // Until the file is written anew the last value stands there; whoever reads it finds out that it is of no use.
  expect(next.values.get('A')).toBe('1');
});

test('the file is written anew when it has grown, and never holds less than what is durable', async () => {
  const directory = stateDir();
  const state = await KeptState.start(directory);
  const long = 'x'.repeat(10_000);
  for (let i = 0; i < 300; i++) await state.keep(`K${i % 3}`, `${i} ${long}`);
  expect(statSync(theFile(directory)).size).toBeLessThan(2_200_000);
  const next = await KeptState.start(directory);
  expect([...next.values.values()].map((value) => value.slice(0, 3))).toEqual(['297', '298', '299']);
});

describe('a file that is damaged', () => {
  async function left(): Promise<string> {
    const directory = stateDir();
    const state = await KeptState.start(directory);
    for (const key of ['A', 'B', 'C']) await state.keep(key, '1');
    await state.ledger.close();
    return directory;
  }

  test('at its end is read up to there, and goes on whole', async () => {
    const directory = await left();
    const file = theFile(directory);
    truncateSync(file, statSync(file).size - 3);
    const next = await KeptState.start(directory);
    expect([...next.values.keys()]).toEqual(['A', 'B']);
    expect(next.log.messages('warn')).toEqual(['damaged lines in the state directory are left out']);
    await next.keep('D', '1');
    const last = await KeptState.start(directory);
    expect([...last.values.keys()]).toEqual(['A', 'B', 'D']);
    expect(last.log.messages('warn')).toEqual([]);
  });

  test('by lines of zeros, as file systems leave them, loses nothing else', async () => {
    const directory = await left();
    appendFileSync(theFile(directory), Buffer.alloc(4096));
    expect([...(await KeptState.start(directory)).values.keys()]).toEqual(['A', 'B', 'C']);
  });

  test('or lost begins anew, and says so', async () => {
    const directory = await left();
    rmSync(theFile(directory));
    const next = await KeptState.start(directory);
    expect(next.log.messages('warn')[0]).toContain('nothing is remembered');
    await next.keep('A', '2');
    expect((await KeptState.start(directory)).values.get('A')).toBe('2');
  });
});

test('what a killed process was writing is removed, and foreign files stay', async () => {
  const directory = stateDir();
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'ledger-0123456789abcdef.log.tmp'), 'half');
  writeFileSync(join(directory, 'notes.txt'), 'mine');
  await (await KeptState.start(directory)).keep('A', '1');
  expect(readdirSync(directory).sort()).toEqual([expect.stringMatching(/^ledger-/), 'notes.txt']);
});

describe('two processes that overlap', () => {
  test('lose nothing that was durable in either', async () => {
    const directory = stateDir();
    const [older, newer] = [await KeptState.start(directory), await KeptState.start(directory)];
    await older.keep('A', '1');
    await newer.keep('B', '1');
    await older.keep('A', '2');
    await newer.ledger.close();
    await older.keep('A', '3');
    const next = await KeptState.start(directory);
    expect(next.values).toEqual(
      new Map([
        ['A', '3'],
        ['B', '1'],
      ]),
    );
    await next.keep('C', '1');
    // The older one has been taken over and knows nothing of the others, but what it says is kept beside theirs.
    await older.keep('A', '4');
    expect((await KeptState.start(directory)).values).toEqual(
      new Map([
        ['A', '4'],
        ['B', '1'],
        ['C', '1'],
      ]),
    );
  });

  test('whatever they do in whatever order', async () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ keep: fc.nat(4), key: fc.constantFrom('A', 'B', 'C') }) },
      { weight: 1, arbitrary: fc.constant({ start: true } as const) },
      { weight: 1, arbitrary: fc.record({ close: fc.nat(4) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const directory = stateDir();
        const running = [await KeptState.start(directory)];
        const durable = new Map<string, string>();
        let version = 100;
        const waiting: Promise<void>[] = [];
        for (const each of steps) {
          if ('start' in each) running.push(await KeptState.start(directory));
          else if ('close' in each) {
            await Promise.all(waiting.splice(0));
            const [ended] = running.length > 1 ? running.splice(each.close % running.length, 1) : [];
            await ended?.ledger.close();
          } else {
            const value = String(version++);
            const kept = running[each.keep % running.length]?.keep(each.key, value);
            waiting.push(Promise.resolve(kept).then(() => note(durable, each.key, value)));
          }
        }
        await Promise.all(waiting);
        const next = await KeptState.start(directory);
        for (const [key, value] of durable)
          expect(Number(next.values.get(key))).toBeGreaterThanOrEqual(Number(value));
      }),
      { numRuns: 40 },
    );
  });
});

describe('a disk that fails', () => {
  const NORMAL = ['append', 'sync', 'standsAt'];
  const ANEW = ['unlink', 'openToAppend', 'append', 'sync', 'rename', 'syncDirectory'];

  test.each(NORMAL.map((name, number) => ({ name, number })))(
    'at $name of an addition: not durable; once it works again everything is, in a new file',
    async ({ name, number }) => {
      const directory = stateDir();
      const files = watchedFiles();
      const state = await KeptState.start(directory, files);
      await state.keep('A', '1');
      const base = files.calls.length;
      files.failing = (each) => each === base + number;
      await expect(state.keep('B', '1')).rejects.toMatchObject({ code: 'state.unavailable' });
      expect(files.calls[base + number]).toBe(name);
      expect(state.ledger.problem).toMatch(/cannot be written .*pushes are refused/);
      expect(state.log.messages('error')).toEqual(['the state directory cannot be written']);
      files.calls.length = 0;
      await state.ledger.durable();
      expect(files.calls.slice(0, ANEW.length)).toEqual(ANEW);
      expect(state.ledger.problem).toBeUndefined();
      expect(state.log.messages('info')).toEqual(['the state directory can be written again']);
      expect((await KeptState.start(directory)).values).toEqual(
        new Map([
          ['A', '1'],
          ['B', '1'],
        ]),
      );
    },
  );

  test.each(ANEW.map((name, number) => ({ name, number })))(
    'at $name of the first writing: not durable, and what earlier processes left is still there',
    async ({ number }) => {
      const directory = stateDir();
      const earlier = await KeptState.start(directory);
      await earlier.keep('A', '1');
      await earlier.ledger.close();
      const files = watchedFiles();
      const state = await KeptState.start(directory, files);
      const base = files.calls.length;
      files.failing = (each) => each >= base + number;
      await expect(state.keep('B', '1')).rejects.toMatchObject({ code: 'state.unavailable' });
      expect((await KeptState.start(directory)).values.get('A')).toBe('1');
      files.failing = () => false;
      await state.ledger.durable();
      expect((await KeptState.start(directory)).values.get('B')).toBe('1');
    },
  );

  test('a directory that cannot be made or written says so', async () => {
    const directory = tempDir('nas-ledger-');
    writeFileSync(join(directory, 'file'), '');
    await expect(KeptState.start(join(directory, 'file', 'state'))).rejects.toMatchObject({
      code: 'ENOTDIR',
    });
  });
});

function note(durable: Map<string, string>, key: string, value: string): void {
  if (Number(value) > Number(durable.get(key) ?? 0)) durable.set(key, value);
}
