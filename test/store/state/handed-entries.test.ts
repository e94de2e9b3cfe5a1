import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { HandedEntries } from '../../../src/store/state/handed-entries.js';
import { tempDir } from '../../support/temp.js';
import { KeptState, watchedFiles } from './kept-state.js';

const stateDir = (): string => join(tempDir('nas-ledger-'), 'state');

function handedOver(state: KeptState): HandedEntries {
  const entries = state.ledger.handOver();
  if (entries === undefined) throw new Error('nothing was handed over');
  return entries;
}

/** A process that has begun its file. */
async function begun(directory = stateDir()): Promise<{ state: KeptState; directory: string }> {
  const state = await KeptState.start(directory);
  await state.keep('A', '1');
  return { state, directory };
}

const linesIn = (directory: string): string[] =>
  readdirSync(directory).flatMap((name) => readFileSync(join(directory, name), 'latin1').trim().split('\n'));

test('what is handed over is for others to write, and once it is written the next process knows', async () => {
  const { state, directory } = await begun();
  state.set('A', '2');
  const { file, text, written } = handedOver(state);
  expect(text).toMatch(/^[0-9a-f]{8} A 2\n$/);
  appendFileSync(file.path, text);
  written();
  expect((await KeptState.start(directory)).values.get('A')).toBe('2');
});

test('the same is not handed over twice, nor written a second time', async () => {
  const { state, directory } = await begun();
  state.set('A', '2');
  const first = handedOver(state);
  const second = handedOver(state);
  expect(second.text).toBe('');
  first.written();
  second.written();
  await state.ledger.durable();
  expect(linesIn(directory).filter((line) => line.endsWith('A 2'))).toEqual([]);
});

test('nothing is added to the file while others write to it: the last value of a key counts', async () => {
  const { state, directory } = await begun();
  state.set('A', '2');
  const { file, text, written } = handedOver(state);
  let isDurable = false;
  const later = state.keep('A', '3').then(() => {
    isDurable = true;
  });
  // Long enough for it to have happened.
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(isDurable).toBe(false);
  expect(state.ledger.handOver()).toBeUndefined();
  appendFileSync(file.path, text);
  written();
  await later;
  expect(
    linesIn(directory)
      .slice(-2)
      .map((line) => line.slice(9)),
  ).toEqual(['A 2', 'A 3']);
});

test('what nobody waits for goes with what is handed over next, and is written soon when nothing is', async () => {
  const { state, directory } = await begun();
  state.set('A', '2');
  const first = handedOver(state);
  state.set('B', '1');
  // Longer than what nobody waits for waits.
  await new Promise((resolve) => setTimeout(resolve, 150));
  const second = handedOver(state);
  expect(second.text).toMatch(/ B 1\n$/);
  state.set('C', '1');
  first.written();
  second.written();
  await expect.poll(() => linesIn(directory).at(-1)).toMatch(/ C 1$/);
});

test('a file that failed in other hands is left: all goes into a new one', async () => {
  const { state, directory } = await begun();
  state.set('A', '2');
  const entries = handedOver(state);
  const refusal = entries.lost(Object.assign(new Error('EIO: i/o error'), { code: 'EIO' }));
  expect(refusal).toMatchObject({ code: 'state.unavailable', cause: { code: 'EIO' } });
  expect(state.ledger.problem).toMatch(/cannot be written .*pushes are refused/);
  expect(state.log.messages('error')).toEqual(['the state directory cannot be written']);
  expect(state.ledger.handOver()).toBeUndefined();
  await state.ledger.durable();
  expect(state.ledger.problem).toBeUndefined();
  expect(linesIn(directory).at(-1)).toMatch(/A 2$/);
  state.set('A', '3');
  const { file, written } = handedOver(state);
  expect(file.serial).not.toBe(entries.file.serial);
  written();
});

test('a file that has lost its name is no problem, and is left as well', async () => {
  const { state, directory } = await begun();
  state.set('A', '2');
  const { lost } = handedOver(state);
  const next = await KeptState.start(directory);
  lost(undefined);
  expect(state.ledger.problem).toBeUndefined();
  await state.ledger.durable();
  await next.ledger.close();
  expect((await KeptState.start(directory)).values.get('A')).toBe('2');
});

test('what nobody can open by its descriptor is not handed over, nor before there is a file', async () => {
  const state = await KeptState.start(stateDir(), watchedFiles());
  state.set('A', '1');
  expect(state.ledger.handOver()).toBeUndefined();
  await state.ledger.durable();
  expect(state.ledger.handOver()).toBeUndefined();
  const other = await KeptState.start(stateDir());
  other.set('A', '1');
  expect(other.ledger.handOver()).toBeUndefined();
});

test('a file that has grown is written anew by the ledger itself', async () => {
  const { state } = await begun();
  state.set('A', 'x'.repeat(1_100_000));
  handedOver(state).written();
  state.set('A', '2');
  expect(state.ledger.handOver()).toBeUndefined();
  await state.ledger.durable();
  state.set('A', '3');
  handedOver(state).written();
});
