import { describe, expect, test } from 'vitest';
import { printable, printableJson } from '../../src/cli/printable.js';
import { PLAIN, styleFor } from '../../src/cli/style.js';
import { layOut, textWidth } from '../../src/cli/table.js';

describe('text of strangers', () => {
  test.each([
    ['plain Zoë 東京 🧾', 'plain Zoë 東京 🧾'],
    ['\u001b[2J\u0007', '\\u001b[2J\\u0007'],
    ['a\nb\tc\rd', 'a\\u000ab\\u0009c\\u000dd'],
    ['\u009b31m', '\\u009b31m'],
    ['abc\u202edef\u2066', 'abc\\u202edef\\u2066'],
    ['\u2028\u200f', '\\u2028\\u200f'],
    ['\ud800', '\\ud800'],
  ])('%j is printed as %s', (text, expected) => {
    expect(printable(text)).toBe(expected);
  });

  test('JSON keeps its meaning and holds nothing that a terminal obeys', () => {
    const value = { name: '\u009b31m\u202e\u001b\n"', '\u0085': [null, true, 1.5] };
    const text = printableJson(value, 2);
    expect(JSON.parse(text)).toEqual(value);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
  });

  test('JSON has all digits of large numbers, and maps as objects', () => {
    const value = { limit: 9223372036854775807n, low: -9007199254740993n, map: new Map([['__proto__', 1]]) };
    expect(printableJson(value)).toBe(
      '{"limit":9223372036854775807,"low":-9007199254740993,"map":{"__proto__":1}}',
    );
  });
});

describe('tables', () => {
  test('columns are as wide as their widest cell, and nothing trails', () => {
    const strong = (text: string) => `<${text}>`;
    expect(
      layOut(
        [
          ['a', { text: 'bb', style: strong }, 'c'],
          ['aaa', 'b', ''],
        ],
        '  ',
      ),
    ).toEqual(['  a    <bb>  c', '  aaa  b']);
  });

  test('wide characters count twice, combining marks not at all', () => {
    expect(['abc', '東京', 'e\u0301', '🧾'].map(textWidth)).toEqual([3, 4, 1, 2]);
  });

  test('one very long cell does not push the others aside', () => {
    const long = 'x'.repeat(100);
    expect(
      layOut([
        [long, 'a'],
        ['b', 'c'],
      ]),
    ).toEqual([`${long}  a`, 'b  c']);
  });

  test('no cell can add a line', () => {
    expect(layOut([['a\nb']])).toEqual(['a\\u000ab']);
  });
});

test('colours: on a terminal only, and NO_COLOR is heeded', () => {
  expect(styleFor({ isTTY: true }, {})).not.toBe(PLAIN);
  expect(styleFor({ isTTY: false }, {})).toBe(PLAIN);
  expect(styleFor({ isTTY: true }, { NO_COLOR: '1' })).toBe(PLAIN);
  expect(styleFor({ isTTY: true }, { NO_COLOR: '' })).not.toBe(PLAIN);
  expect(styleFor({ isTTY: true }, { TERM: 'dumb' })).toBe(PLAIN);
});
