import { expect, test } from 'vitest';
import { Roster } from '../../src/http/roster.js';

const named = (name: string) => ({ name });

test('a roster holds those who joined and have not left', () => {
  const roster = new Roster<{ name: string }>();
  const places = ['a', 'b', 'c'].map((name) => roster.join(named(name)));
  roster.leave(places[1] ?? Number.NaN);
  expect([...roster].map(({ name }) => name)).toEqual(['a', 'c']);
});

test('the place of one who left is taken by the next', () => {
  const roster = new Roster<{ name: string }>();
  roster.join(named('a'));
  for (let i = 0; i < 1_000; i++) roster.leave(roster.join(named(String(i))));
  expect(roster.join(named('b'))).toBe(1);
  expect([...roster].map(({ name }) => name)).toEqual(['a', 'b']);
});

test('whoever leaves while all are looked at is not met any more', () => {
  const roster = new Roster<{ name: string }>();
  const [, second] = ['a', 'b', 'c'].map((name) => roster.join(named(name)));
  const met: string[] = [];
  for (const { name } of roster) {
    met.push(name);
    if (name === 'a') roster.leave(second ?? Number.NaN);
  }
  expect(met).toEqual(['a', 'c']);
});
