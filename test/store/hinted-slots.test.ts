import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { HintedSlots } from '../../src/store/hinted-slots.js';

test('the events of a moment hand a slot on once, later ones once more', async () => {
  const handed: string[] = [];
  const hinted = new HintedSlots((slot) => handed.push(slot));
  for (let i = 0; i < 5; i++) hinted.add('A');
  hinted.add('B');
  expect(handed).toEqual([]);
  await expect.poll(() => handed, { interval: 2 }).toEqual(['A', 'B']);
  hinted.add('A');
  await expect.poll(() => handed, { interval: 2 }).toEqual(['A', 'B', 'A']);
});

test('a slot with events all the time is handed on all the time', async () => {
  let handed = 0;
  const hinted = new HintedSlots(() => handed++);
  const events = setInterval(() => hinted.add('A'), 1);
  await expect.poll(() => handed, { interval: 2 }).toBeGreaterThan(3);
  clearInterval(events);
});

test('after close nothing is handed on', async () => {
  const handed: string[] = [];
  const hinted = new HintedSlots((slot) => handed.push(slot));
  hinted.add('A');
  hinted.close();
  await delay(20);
  expect(handed).toEqual([]);
});
