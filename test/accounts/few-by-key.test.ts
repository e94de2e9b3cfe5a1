import { expect, test } from 'vitest';
import { FewByKey } from '../../src/accounts/few-by-key.js';

test('values of a key are kept in the order in which they came, and taken away one by one', () => {
  const few = new FewByKey<string>();
  for (const value of ['a', 'b', 'c']) few.add('key', value);
  few.add('other', 'a');
  expect(few.of('key')).toEqual(['a', 'b', 'c']);
  few.remove('key', 'a');
  expect(few.of('key')).toEqual(['b', 'c']);
  few.remove('key', 'never there');
  few.remove('key', 'c');
  expect(few.of('key')).toEqual(['b']);
  few.add('key', 'd');
  expect(few.of('key')).toEqual(['b', 'd']);
  for (const value of ['b', 'd']) few.remove('key', value);
  expect(few.of('key')).toEqual([]);
  expect(few.of('other')).toEqual(['a']);
});
