import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonCursor } from '../../src/claims/json-cursor.js';
import { scanJson } from '../../src/claims/json-document.js';
import { freeValue } from '../../src/claims/json-free-value.js';
import { findDuplicateNames } from '../../src/claims/json-names.js';
import { MOST_NOTES, pathText } from '../../src/claims/json-notes.js';
import { RUNS } from './runs.js';

const bytesOf = (text: string | readonly number[]): Buffer =>
  typeof text === 'string' ? Buffer.from(text) : Buffer.from(text);

function cursor(text: string | readonly number[]): JsonCursor {
  const document = scanJson(bytesOf(text));
  if (typeof document === 'number') throw new Error(`fault at ${document}`);
  return new JsonCursor(document);
}

const faultOf = (text: string | readonly number[]): number | undefined => {
  const document = scanJson(bytesOf(text));
  return typeof document === 'number' ? document : undefined;
};

const freely = (text: string | readonly number[]): unknown => freeValue.read(cursor(text), null);

describe('syntax', () => {
  test.each([
    '0',
    '-0',
    '-0.0e+00',
    '10',
    '1.5E-7',
    '""',
    '"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00fF"',
    '"\u007f\u2028"',
    'true',
    'false',
    'null',
    '[]',
    '{}',
    ' \t\r\n[ ] \t\r\n',
    '[[],{},[{}]]',
    '{"a":{"b":[1,2,{"c":null}]},"":[]}',
    '{ "a" : 1 , "a" : 2 }',
  ])('%s is JSON', (text) => {
    expect(faultOf(text)).toBeUndefined();
  });

  test.each([
    ['', 0],
    [' ', 1],
    ['\ufeff1', 0],
    ['1 1', 2],
    ['{}x', 2],
    ['01', 1],
    ['-', 1],
    ['+1', 0],
    ['.5', 0],
    ['1.', 2],
    ['1.e5', 2],
    ['1e', 2],
    ['1e+', 3],
    ['--1', 1],
    ['tru', 3],
    ['nul1', 3],
    ['True', 0],
    ['NaN', 0],
    ['"', 1],
    ['"a', 2],
    ['"\\', 2],
    ['"\\x"', 2],
    ['"\\u12g4"', 5],
    ['"\\u12', 5],
    ['"\t"', 1],
    ['"\u0000"', 1],
    ["'a'", 0],
    ['[', 1],
    ['[1', 2],
    ['[1,]', 3],
    ['[,1]', 1],
    ['[1 2]', 3],
    ['[1}', 2],
    ['{', 1],
    ['{"a"}', 4],
    ['{"a":}', 5],
    ['{"a":1', 6],
    ['{"a":1,}', 7],
    ['{"a":1]', 6],
    ['{a:1}', 1],
    ['{1:1}', 1],
    ['{"a":1 "b":2}', 7],
    [']', 0],
    ['\f1', 0],
    ['\u00a01', 0],
  ])('%j is none: fault at byte %i', (text, offset) => {
    expect(faultOf(text)).toBe(offset);
  });

  test.each([
    ['arrays', '[', ']', ''],
    ['objects', '{"":', '}', '0'],
  ])('%s: 10,000 levels pass, 10,001 do not', (_what, open, close, inside) => {
    const nested = (depth: number): string => open.repeat(depth) + inside + close.repeat(depth);
    expect(faultOf(nested(10_000))).toBeUndefined();
    expect(faultOf(nested(10_001))).toBe(10_000 * open.length);
  });

  test('the same bytes give the same document; other bytes do not confuse it', () => {
    const one = bytesOf('[1]');
    expect(scanJson(one)).toBe(scanJson(one));
    expect(faultOf('[')).toBe(1);
    expect(new JsonCursor(scanJson(one) as never).kind()).toBe('array');
  });

  test('agrees with JSON.parse about any text', () => {
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '"a"',
      '"\\u0041"',
      '\\',
      '0',
      '1',
      '-',
      '.',
      'e',
      'E',
      '+',
    ];
    const text = fc.array(
      fc.constantFrom(...pieces, 'true', 'false', 'null', ' ', '\n', '\u0001', 'é', 'x'),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(
        text.map((parts) => parts.join('')),
        (json) => {
          let parsed = true;
          try {
            JSON.parse(json);
          } catch {
            parsed = false;
          }
          expect(faultOf(json) === undefined).toBe(parsed);
        },
      ),
      { numRuns: RUNS },
    );
  });
});

describe('text', () => {
  test.each([
    ['"a\\u0062\\\\\\"\\/\\b\\f\\n\\r\\t"', 'ab\\"/\b\f\n\r\t'],
    ['"\\uD83D\\ude00"', '😀'],
    ['"\\ud83d"', '\ufffd'],
    ['"\\ude00\\ud83d"', '\ufffd\ufffd'],
    ['"\\ud83dx\\ude00"', '\ufffdx\ufffd'],
    ['"\\ud83d\\ud83d\\ude00"', '\ufffd😀'],
    ['"\\ud83d😀"', '\ufffd😀'],
    ['"Zo\u00eb \u2028 😀 \ufeff"', 'Zo\u00eb \u2028 😀 \ufeff'],
    ['"\ufffd"', '\ufffd'],
    ['"\\u0000"', '\u0000'],
    [`"${'long ascii '.repeat(500)}"`, 'long ascii '.repeat(500)],
    [`"${'\\n'.repeat(5000)}"`, '\n'.repeat(5000)],
    [`"${'\\u0000\u{1f600}'.repeat(3000)}"`, '\u0000\u{1f600}'.repeat(3000)],
  ])('%.40s', (json, text) => {
    expect(cursor(json).text()).toBe(text);
  });

  // Go replaces each byte that belongs to no character; WHATWG decoders take some together.
  test.each([
    ['a lone continuation', [0x80], 1],
    ['a lead byte alone', [0xe2], 1],
    ['the beginning of a character', [0xe2, 0x82], 2],
    ['the beginning of a long one', [0xf0, 0x9f, 0x98], 3],
    ['an overlong slash', [0xc0, 0xaf], 2],
    ['an overlong form of three', [0xe0, 0x80, 0x80], 3],
    ['an overlong form of four', [0xf0, 0x80, 0x80, 0x80], 4],
    ['a surrogate', [0xed, 0xa0, 0x80], 3],
    ['beyond U+10FFFF', [0xf4, 0x90, 0x80, 0x80], 4],
    ['no lead byte at all', [0xff, 0xfe], 2],
    ['a character cut by another', [0xe2, 0x82, 0x41], 2],
  ])('broken UTF-8, %s', (_what, bytes, replaced) => {
    const tail = bytes.at(-1) === 0x41 ? 'A' : '';
    expect(cursor([0x22, ...bytes, 0x22]).text()).toBe('\ufffd'.repeat(replaced) + tail);
    expect(cursor([0x22, 0x5c, 0x6e, ...bytes, 0xc3, 0xab, 0x22]).text()).toBe(
      `\n${'\ufffd'.repeat(replaced)}${tail}ë`,
    );
  });
});

describe('free values', () => {
  test('are those of JSON.parse, for any value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.nat(2), (value, indent) => {
        const json = JSON.stringify(value, null, indent);
        expect(JSON.stringify(freely(json))).toBe(JSON.stringify(JSON.parse(json)));
      }),
      { numRuns: RUNS },
    );
  });

  test('objects have no prototype, so that no name is special', () => {
    const value = freely('{"__proto__":{"a":1},"constructor":2}') as Record<string, unknown>;
    expect(Object.getPrototypeOf(value)).toBeNull();
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor']);
  });

  test('nesting of any depth is read without running out of stack', () => {
    let value = freely('['.repeat(10_000) + ']'.repeat(10_000));
    let depth = 0;
    for (; Array.isArray(value); depth++) value = value[0];
    expect(depth).toBe(10_000);
  });

  test('of equal names the last one stands', () => {
    expect(freely('{"a":{"x":1},"a":{"y":2}}')).toEqual({ a: { y: 2 } });
  });

  test('a number beyond float64 is wrong, one too small is 0', () => {
    const json = cursor('[1e-400,[1e400]]');
    expect(freeValue.read(json, null)).toEqual([0, [Number.POSITIVE_INFINITY]]);
    expect(json.notes.problem).toBe('the whole must be a number within float64, found number 1e400');
  });
});

describe('duplicate names', () => {
  const duplicates = (json: string): readonly string[] => findDuplicateNames(cursor(json).document);

  test.each([
    ['{"a":1,"b":{"a":1},"c":[{"a":1},{"a":1}]}', []],
    ['{"a":1,"a":2}', ['a']],
    ['{"a":1,"\\u0061":2}', ['a']],
    ['{"a":1,"A":2}', []],
    ['{"a":1,"a":2,"a":3}', ['a']],
    ['{"x":[0,[],{},{"y":{"z":1,"q":[],"z":2}}]}', ['x[3].y.z']],
    ['[{"a":1,"a":1},{"b":{},"b":{}}]', ['[0].a', '[1].b']],
    ['{"":1,"":2}', ['[""]']],
    ['{"__proto__":1,"__proto__":2}', ['__proto__']],
    ['"a"', []],
  ])('%s', (json, paths) => {
    expect(duplicates(json)).toEqual(paths);
  });

  test('names that are equal as texts, not as bytes', () => {
    const [one, other] = [0xfe, 0xff].map((byte) => [0x22, byte, 0x22, 0x3a, 0x30]);
    // Broken UTF-8 of any kind is read as U+FFFD.
    const { document } = cursor([0x7b, ...(one ?? []), 0x2c, ...(other ?? []), 0x7d]);
    expect(findDuplicateNames(document)).toEqual(['["\ufffd"]']);
    expect(duplicates('{"é":1,"e\u0301":2}')).toEqual([]);
  });

  test('are the same ones in a small document as in a large one', () => {
    const name = fc.constantFrom('"a"', '"b"', '"aa"', '"\\u0061"', '"é"', '"\\u00e9"', '""', '"c"');
    const { json } = fc.letrec<{ json: string; object: string; array: string }>((tie) => ({
      json: fc.oneof({ maxDepth: 4 }, fc.constantFrom('0', '"a"', 'null'), tie('object'), tie('array')),
      object: fc
        .array(fc.tuple(name, tie('json')), { maxLength: 5 })
        .map((members) => `{${members.map(([key, value]) => `${key}:${value}`).join(',')}}`),
      array: fc.array(tie('json'), { maxLength: 3 }).map((elements) => `[${elements.join(',')}]`),
    }));
    const filling = ',0'.repeat(1000);
    const inLarge = (text: string): readonly string[] => duplicates(`[${text}${filling}]`);
    fc.assert(
      fc.property(json, (text) => {
        expect(duplicates(`[${text}]`)).toEqual(inLarge(text));
      }),
      { numRuns: RUNS },
    );
  });

  test('no more are kept than anybody needs', () => {
    const names = Array.from({ length: 1000 }, (_, i) => `"${i}":0,"${i}":0`).join(',');
    expect(duplicates(`{${names}}`)).toHaveLength(MOST_NOTES);
  });
});

test('paths read as people write them', () => {
  expect(pathText(['nats', 'imports', 3, 'token'])).toBe('nats.imports[3].token');
  expect(pathText(['nats', 'mappings', 'a.b', 0])).toBe('nats.mappings["a.b"][0]');
  expect(pathText([])).toBe('');
});

test('a path tells little of a name that is odd or huge', () => {
  expect(pathText(['nats', '\n\u001b[2J'])).toBe('nats["\\n\\u001b[2J"]');
  expect(pathText(['a'.repeat(1_000_000)]).length).toBeLessThan(150);
  expect(pathText(Array.from({ length: 10_000 }, () => 'a')).length).toBeLessThan(310);
});
