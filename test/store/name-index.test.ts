import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { NameIndex } from '../../src/store/name-index.js';
import { slotOf } from '../../src/store/nsc-layout.js';
import { Reports } from '../../src/store/reports.js';
import { SlotStates } from '../../src/store/slot-states.js';
import { sign } from '../support/mint.js';
import { encodeKey } from '../support/public-key.js';
import { OPERATOR } from './operator-directory.js';

const tokenOf = (sub: string): string => sign({ sub }, OPERATOR.identity);
const newKey = (): string => encodeKey('account', randomBytes(32));

/** An index of states that are told what stands where, as looks tell it. */
function setUp(whole: Promise<void> = Promise.resolve()) {
  const states = new SlotStates(new Reports());
  const index = new NameIndex(states, whole);
  states.follow(index);
  let stamp = 1;
  const put = (directory: string, text: string): void => {
    const bytes = Buffer.from(text);
    const reading = { kind: 'file', bytes, modifiedAtMs: 0, stamp: stamp++, fresh: false } as const;
    states.take(slotOf(directory), { reading, place: undefined });
  };
  const spoil = (directory: string): void => {
    const reading = { kind: 'unreadable', problem: 'is a FIFO' } as const;
    states.take(slotOf(directory), { reading, place: undefined });
  };
  return { index, put, spoil, remove: (directory: string) => states.forget(slotOf(directory)) };
}

test('says in which directories an account is, as it comes and goes', async () => {
  const { index, put, remove } = setUp();
  const [one, other] = [newKey(), newKey()];
  expect(await index.directoriesOf(one)).toEqual([]);
  put('A', tokenOf(one));
  put(' odd ', tokenOf(other));
  expect(await index.directoriesOf(one)).toEqual(['A']);
  expect(await index.directoriesOf(other)).toEqual([' odd ']);
  put('copy', tokenOf(one));
  expect(await index.directoriesOf(one)).toEqual(['A', 'copy']);
  put('A', tokenOf(other));
  expect(await index.directoriesOf(one)).toEqual(['copy']);
  remove('copy');
  expect(await index.directoriesOf(one)).toEqual([]);
});

test('a file that is emptied, cut off or unreadable is still about the account that it was about', async () => {
  const { index, put, spoil } = setUp();
  const key = newKey();
  put('A', tokenOf(key));
  put('A', '');
  put('A', tokenOf(newKey()).slice(0, -1));
  spoil('A');
  expect(await index.directoriesOf(key)).toEqual(['A']);
});

test('what takes the place of a slot that is gone is not taken for it', async () => {
  const { index, put, spoil, remove } = setUp();
  const key = newKey();
  put('A', tokenOf(key));
  expect(await index.namedLike('a')).toEqual(['A']);
  remove('A');
  spoil('B');
  expect(await index.directoriesOf(key)).toEqual([]);
  expect(await index.namedLike('a')).toEqual([]);
  expect(await index.namedLike('b')).toEqual(['B']);
});

test('names are found ignoring case, whenever they came', async () => {
  const { index, put, spoil } = setUp();
  put('Größe', tokenOf(newKey()));
  put('shop', '');
  const first = index.namedLike('größe');
  // While the names are being gone through for the first time.
  put('GRÖSSE', tokenOf(newKey()));
  put('SHOP', 'rubbish');
  spoil('Shop');
  expect(await first).toEqual(['Größe']);
  put('größe', tokenOf(newKey()));
  expect(await index.namedLike('GRÖßE')).toEqual(['Größe', 'größe']);
  expect(await index.namedLike('SHop')).toEqual(['shop', 'SHOP', 'Shop']);
  expect(await index.namedLike('Shops')).toEqual([]);
});

test('nothing is said before everything was looked at once', async () => {
  let end = (): void => {};
  const { index, put } = setUp(new Promise((resolve) => (end = resolve)));
  const key = newKey();
  const asked = Promise.all([index.directoriesOf(key), index.namedLike('a')]);
  await new Promise(setImmediate);
  put('A', tokenOf(key));
  end();
  expect(await asked).toEqual([['A'], ['A']]);
});
