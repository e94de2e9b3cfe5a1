import fc from 'fast-check';
import { createAccount } from 'nkeys.js';
import { expect, test } from 'vitest';
import { enter, goneBy, join, leave, type Mark, UNKNOWN } from '../../src/accounts/mark.js';
import { readMark, writeMark } from '../../src/accounts/mark-text.js';
import { mintTrusted } from '../store/operator-directory.js';

const claims = { sub: createAccount().getPublicKey() };
/** Two texts of each of three seconds. */
const ACCOUNTS = [1, 2, 3].flatMap((iat) => ['x', 'y'].map((name) => mintTrusted({ name, iat, claims })));
const account = fc.constantFrom(...ACCOUNTS);
const word = fc.constantFrom('own', 'followed');

/** Marks as a life of changes leaves them. */
const mark = fc
  .array(
    fc.oneof(
      fc.record({ enter: account, previous: fc.option(account), word }),
      fc.record({ leave: account }),
    ),
  )
  .map((life) =>
    life.reduce<Mark>(
      (known, each) =>
        'enter' in each
          ? enter(known, each.enter, each.previous ?? undefined, each.word)
          : leave(known, each.leave),
      UNKNOWN,
    ),
  );

test('a mark is read as it was written', () => {
  fc.assert(
    fc.property(mark, (each) => {
      expect(readMark(writeMark(each))).toEqual(each);
    }),
  );
});

test.each(['', '1', '1 x', '1 2 short', '-1 2', '1 2  x', `1 2 ${'a'.repeat(22)} `, `1 2 ${'a'.repeat(23)}`])(
  '"%s" is no mark',
  (text) => expect(readMark(text)).toBeUndefined(),
);

test('what is in force is not gone, what it replaced in the same second is', () => {
  fc.assert(
    fc.property(mark, account, account, word, (before, next, previous, by) => {
      const after = enter(before, next, previous, by);
      expect(after.newest).toBeGreaterThanOrEqual(next.issuedAtSeconds);
      expect(after.inForce).toBe(next.issuedAtSeconds);
      if (next.text !== previous.text) expect(goneBy(after, next)).toBeUndefined();
      const tied = previous.issuedAtSeconds === after.newest;
      if (tied) expect(goneBy(after, previous)).toBe(by);
    }),
  );
});

test('a deleted token is gone, and what was in force last is still known', () => {
  fc.assert(
    fc.property(mark, account, (before, last) => {
      const after = leave(before, last);
      expect(after.inForce).toBe(before.inForce);
      if (last.issuedAtSeconds === after.newest) expect(goneBy(after, last)).toBe('own');
    }),
  );
});

test('two memories together know what either knows, in whatever order they are joined', () => {
  fc.assert(
    fc.property(mark, mark, account, (one, other, any) => {
      const both = join(one, other);
      expect(both).toEqual(join(other, one));
      expect(join(both, one)).toEqual(both);
      expect(both.newest).toBe(Math.max(one.newest, other.newest));
      for (const part of [one, other]) {
        if (part.newest === both.newest && goneBy(part, any) === 'own') expect(goneBy(both, any)).toBe('own');
      }
    }),
  );
});

test('what changes nothing is the same mark, so that nothing is written', () => {
  const [first] = ACCOUNTS;
  if (first === undefined) throw new Error('there are accounts');
  const entered = enter(UNKNOWN, first, undefined, 'own');
  expect(enter(entered, first, undefined, 'own')).toBe(entered);
  const left = leave(entered, first);
  expect(leave(left, first)).toBe(left);
});
