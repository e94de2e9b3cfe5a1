import { expect, test } from 'vitest';
import { type GoJson, goJson } from '../../src/http/go-json.js';

test('sorts the fields of objects by their bytes and keeps the order of maps', () => {
  const value = {
    '\u{1f600}': 1,
    '\uff5e': 2,
    b: new Map([
      ['z', 1],
      ['a', 2],
    ]),
    B: [],
  };
  expect(goJson(value)).toBe(
    '{\n    "B": [],\n    "b": {\n        "z": 1,\n        "a": 2\n    },\n    "～": 2,\n    "😀": 1\n}',
  );
});

test('an indent starts every line but the first', () => {
  expect(goJson({ a: [1] }, '  ')).toBe('{\n      "a": [\n          1\n      ]\n  }');
});

test.each([
  ['<b>&', '"<b>&"'],
  ['\u2028\u2029', String.raw`"\u2028\u2029"`],
  ['\b\f\u001f\u007f', '"\\b\\f\\u001f\u007f"'],
  ['\ud800x', '"\ufffdx"'],
])('writes the string %j as Go does', (text, written) => {
  expect(goJson(text)).toBe(written);
});

test.each([
  [-0, '-0'],
  [1e21, '1e+21'],
  [1e-7, '1e-7'],
  [123456789012345680000, '123456789012345680000'],
  [9223372036854775807n, '9223372036854775807'],
])('writes the number %s as Go does', (value, written) => {
  expect(goJson(value)).toBe(written);
});

test('a name that JavaScript gives a meaning is a name like others', () => {
  const value = JSON.parse('{"__proto__":{"toString":1}}');
  expect(goJson(value)).toBe('{\n    "__proto__": {\n        "toString": 1\n    }\n}');
});

test('nesting that would exhaust stack and memory is cut', () => {
  let value: GoJson = 'bottom';
  for (let depth = 0; depth < 10_000; depth++) value = [value];
  const written = goJson(value);
  expect(written).toContain('…');
  expect(written.length).toBeLessThan(100_000);
});
