import { expect, test } from 'vitest';
import { KnownPacks } from '../../src/store/known-packs.js';
import { Reports } from '../../src/store/reports.js';
import { SlotStates } from '../../src/store/slot-states.js';

const PACK = { count: 2, text: 'A/B' };

function known(...slots: string[]): SlotStates {
  const states = new SlotStates(new Reports());
  for (const [i, slot] of slots.entries()) {
    const reading = {
      kind: 'file',
      bytes: Buffer.from('a'),
      modifiedAtMs: 0,
      stamp: i + 1,
      fresh: false,
    } as const;
    states.take(slot, { reading, place: undefined });
  }
  return states;
}

test('what one sweep keeps the next one knows, and the one after it when the next asked for it', () => {
  const states = known('a', 'b');
  const packs = new KnownPacks(states);
  packs.begin();
  expect(packs.rowsOf(PACK)).toBeUndefined();
  packs.keep(PACK, ['a', 'b']);
  packs.begin();
  const rows = packs.rowsOf(PACK);
  expect(Array.from(rows ?? [], (row) => states.stampAt(row))).toEqual([1, 2]);
  packs.begin();
  expect(packs.rowsOf(PACK)).toBe(rows);
  packs.begin();
  packs.begin();
  expect(packs.rowsOf(PACK)).toBeUndefined();
});

test('a pack with a slot that is not known is not kept', () => {
  const packs = new KnownPacks(known('a'));
  packs.keep(PACK, ['a', 'b']);
  packs.keep(PACK, ['a']);
  expect(packs.rowsOf(PACK)).toBeUndefined();
});

test('once a slot was forgotten nothing is known any more: its row may be another one', () => {
  const states = known('a', 'b', 'c');
  const packs = new KnownPacks(states);
  packs.keep(PACK, ['a', 'b']);
  states.forget('c');
  expect(packs.rowsOf(PACK)).toBeUndefined();
  packs.keep(PACK, ['a', 'b']);
  expect(packs.rowsOf(PACK)?.length).toBe(2);
});
