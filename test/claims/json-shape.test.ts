import { describe, expect, test } from 'vitest';
import { JsonCursor } from '../../src/claims/json-cursor.js';
import { scanJson } from '../../src/claims/json-document.js';
import { MOST_NOTES, pathText } from '../../src/claims/json-notes.js';
import {
  flag,
  int64,
  list,
  map,
  NO_LIST,
  NO_MAP,
  nullable,
  type Shape,
  struct,
  text,
  uint8,
  uint64,
  withDefault,
} from '../../src/claims/json-shape.js';

interface Reading<T> {
  readonly value: T;
  readonly problem: string | undefined;
  readonly folded: readonly string[];
}

function read<T>(shape: Shape<T>, json: string, old: T = shape.zero()): Reading<T> {
  const document = scanJson(Buffer.from(json));
  if (typeof document === 'number') throw new Error(`fault at ${document}`);
  const cursor = new JsonCursor(document);
  const value = shape.read(cursor, old);
  return { value, problem: cursor.notes.problem, folded: cursor.notes.foldedNames };
}

const readValue = <T>(shape: Shape<T>, json: string, old?: T): T => read(shape, json, old).value;
const problemOf = (shape: Shape<unknown>, json: string): string | undefined => read(shape, json).problem;

describe('scalars', () => {
  test('take their own kind, and null for what was there', () => {
    expect(readValue(text, '"x"', 'old')).toBe('x');
    expect(readValue(text, 'null', 'old')).toBe('old');
    expect(readValue(flag, 'true')).toBe(true);
    expect(readValue(flag, 'false', true)).toBe(false);
    expect(readValue(flag, 'null', true)).toBe(true);
    expect(readValue(int64, 'null', 7)).toBe(7);
  });

  test.each([
    [text, '1', 'the whole must be a string, found number 1'],
    [text, '{}', 'the whole must be a string, found object'],
    [flag, '"true"', 'the whole must be true or false, found string'],
    [flag, '0', 'the whole must be true or false, found number 0'],
    [int64, '"1"', 'the whole must be a 64-bit integer, found string'],
    [int64, '[]', 'the whole must be a 64-bit integer, found array'],
    [int64, 'true', 'the whole must be a 64-bit integer, found boolean'],
  ])(
    'what is of another kind is wrong and leaves what was there: %#',
    (shape: Shape<unknown>, json, problem) => {
      expect(read(shape, json)).toEqual({ value: shape.zero(), problem, folded: [] });
    },
  );

  test.each([
    ['0', 0],
    ['-0', 0],
    ['-1', -1],
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', 9007199254740992n],
    ['-9007199254740993', -9007199254740993n],
    ['9223372036854775807', 9223372036854775807n],
    ['-9223372036854775808', -9223372036854775808n],
  ])('the integer %s', (json, value) => {
    expect(read(int64, json)).toEqual({ value, problem: undefined, folded: [] });
  });

  test.each(['1.0', '1e3', '0.0', '9223372036854775808', '-9223372036854775809', '9'.repeat(100_000)])(
    '%.30s is no 64-bit integer',
    (json) => {
      expect(problemOf(int64, json)).toBe(
        `the whole must be a 64-bit integer, found number ${json.slice(0, 24)}`,
      );
    },
  );

  test('unsigned integers', () => {
    expect(readValue(uint64, '18446744073709551615')).toBe(18446744073709551615n);
    expect(readValue(uint8, '255')).toBe(255);
    for (const json of ['18446744073709551616', '-1', '-0']) expect(problemOf(uint64, json)).toBeDefined();
    for (const json of ['256', '-1', '-0', '1.0']) expect(problemOf(uint8, json)).toBeDefined();
  });
});

describe('lists', () => {
  const numbers = list(int64);

  test('null is a list that was never given, an empty one was given', () => {
    expect(numbers.zero()).toBe(NO_LIST);
    expect(readValue(numbers, 'null', [1])).toBe(NO_LIST);
    expect(readValue(numbers, '[]')).toEqual([]);
    expect(readValue(numbers, '[]')).not.toBe(NO_LIST);
  });

  test('a second list goes over the first, element by element', () => {
    expect(readValue(numbers, '[3,null]', [1, 2, 9])).toEqual([3, 2]);
    expect(readValue(numbers, '[null,null]', [1])).toEqual([1, 0]);
  });

  test('problems name the element', () => {
    expect(problemOf(list(numbers), '[[1],[1,"x"]]')).toBe('[1][1] must be a 64-bit integer, found string');
    expect(problemOf(numbers, '{}')).toBe('the whole must be an array, found object');
  });
});

describe('maps', () => {
  const numbers = map(int64);

  test('null empties; a second map adds to the first; a name that comes again counts anew', () => {
    expect(readValue(numbers, 'null', new Map([['a', 1]]))).toBe(NO_MAP);
    expect(readValue(numbers, '{"b":2}', new Map([['a', 1]]))).toEqual(
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
    );
    expect(readValue(numbers, '{"a":1,"a":null}')).toEqual(new Map([['a', 0]]));
  });

  test('the empty map that all share is never written to', () => {
    readValue(numbers, '{"a":1}');
    expect(NO_MAP.size).toBe(0);
  });

  test('names are taken as they are', () => {
    expect([...readValue(numbers, '{"__proto__":1,"A":2,"a":3}')]).toEqual([
      ['__proto__', 1],
      ['A', 2],
      ['a', 3],
    ]);
  });

  test('problems name the entry', () => {
    expect(problemOf(numbers, '{"a b":"x"}')).toBe('["a b"] must be a 64-bit integer, found string');
    expect(problemOf(numbers, '[]')).toBe('the whole must be an object, found array');
  });
});

describe('structs', () => {
  interface Task {
    readonly task: string;
    readonly count: unknown;
    readonly next: Task | null;
  }
  const nothing: Shape<null> = {
    zero: () => null,
    read(json) {
      json.skip();
      return null;
    },
  };
  const leaf = struct<Task>({
    task: text,
    count: int64,
    next: nothing,
  });
  const task = struct<Task>({ task: text, count: withDefault(int64, -1), next: nullable(leaf) });

  test('missing fields hold their zero values, unknown ones are passed over', () => {
    expect(readValue(task, '{}')).toEqual({ task: '', count: -1, next: null });
    expect(readValue(task, '{"x":[{"task":1}],"":0,"taxk":0,"task":"a"}').task).toBe('a');
  });

  test('null leaves everything as it was', () => {
    expect(readValue(task, 'null')).toEqual(task.zero());
  });

  test('fields that come again go over the first, pointers too until null clears them', () => {
    expect(readValue(task, '{"next":{"task":"a"},"next":{"count":1}}').next).toEqual({
      task: 'a',
      count: 1,
      next: null,
    });
    expect(readValue(task, '{"next":{"task":"a"},"next":null}').next).toBeNull();
    expect(readValue(task, '{"task":"a","task":null}').task).toBe('a');
  });

  test.each(['TASK', 'Task', 'ta\u017fk', 'tas\u212a', 'TA\u017f\u212a', '\\u0054ask'])(
    '%s is known by folding',
    (name) => {
      const { value, folded } = read(task, `{"next":{"${name}":"a"}}`);
      expect(value.next?.task).toBe('a');
      expect(folded).toEqual([pathText(['next', JSON.parse(`"${name}"`)])]);
    },
  );

  test.each(['task', '\\u0074ask', 'tas\\u006b'])('%s is known exactly', (name) => {
    const { value, folded } = read(task, `{"${name}":"a"}`);
    expect(value.task).toBe('a');
    expect(folded).toEqual([]);
  });

  test.each(['tas', 'tasks', 't\u00e4sk', 'ta\u00dfk', 'tas\\u0000', 'toString', '__proto__', 'task '])(
    '%s is unknown',
    (name) => {
      const { value, folded } = read(task, `{"${name}":"a"}`);
      expect(value).toEqual(task.zero());
      expect(folded).toEqual([]);
    },
  );

  test('no more folded names are kept than anybody needs', () => {
    expect(read(task, `{${'"TASK":"a",'.repeat(1000)}"task":"b"}`).folded).toHaveLength(MOST_NOTES);
  });

  test('the first problem is the one that is told', () => {
    expect(problemOf(task, '{"next":{"count":"x"},"task":1}')).toBe(
      'next.count must be a 64-bit integer, found string',
    );
    expect(problemOf(task, '[]')).toBe('the whole must be an object, found array');
  });
});
