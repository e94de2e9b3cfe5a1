import { symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseConfigFile } from '../../src/config/nats-syntax/file.js';
import { SyntaxProblem } from '../../src/config/nats-syntax/nodes.js';
import { tempDir } from '../support/temp.js';
import { type Plain, parse, plain, writeFiles } from './config-file.js';

/** What is wrong and where: `3:5 message`. */
function problemOf(text: string, env: NodeJS.ProcessEnv = {}): string {
  try {
    parse(text, env);
  } catch (error) {
    if (error instanceof SyntaxProblem) return `${error.at.line}:${error.at.column} ${error.message}`;
    throw error;
  }
  return 'no problem';
}

describe('values, as nats-server reads them', () => {
  test.each<[string, Plain]>([
    ["foo='1'; bar=2.2; baz=true; boo=22", { foo: '1', bar: '2.2', baz: 'true', boo: '22' }],
    ['foo = 2', { foo: '2' }],
    ['foo : 2', { foo: '2' }],
    ['foo 2', { foo: '2' }],
    ['foo:2', { foo: '2' }],
    ['"foo": "a b", \'bar\': \'c "d"\'', { foo: 'a b', bar: 'c "d"' }],
    ['a = "x"\nb = 64MiB # size\nc = -1 // number', { a: 'x', b: '64MiB', c: '-1' }],
    ['now = 2016-05-04T18:53:41Z', { now: '2016-05-04T18:53:41Z' }],
    ['listen: 127.0.0.1:4222', { listen: '127.0.0.1:4222' }],
    ['url: nats://u:p@host:4222/#x', { url: 'nats://u:p@host:4222/#x' }],
    ['hash: $2a$11$ooo', { hash: '$2a$11$ooo' }],
    ['tab = "a\\tb\\n\\x41\\xe2\\x82\\xac\\""', { tab: 'a\tb\nA€"' }],
    ["raw = 'C:\\temp'", { raw: 'C:\\temp' }],
    ["text = 'two\nlines'", { text: 'two\nlines' }],
    ['block = (\n  one\n  two)\n)\nnext = 1', { block: '\n  one\n  two)\n', next: '1' }],
    ['block = (\r\n x\r\n)\r\n', { block: '\r\n x\r\n' }],
    ['', {}],
    ['# only a comment', {}],
    ['\ufefffoo: 1', { foo: '1' }],
    ['foo: ""', { foo: '' }],
  ])('%j', (text, expected) => {
    expect(parse(text)).toEqual(expected);
  });
});

describe('blocks and lists', () => {
  test.each<[string, Plain]>([
    ["foo { host { ip = '127.0.0.1'\n port = 4242 } }", { foo: { host: { ip: '127.0.0.1', port: '4242' } } }],
    ['foo = { a: 1, b: 2; c: 3 }', { foo: { a: '1', b: '2', c: '3' } }],
    ['foo{a:1}', { foo: { a: '1' } }],
    ['foo\n{\n a 1\n}\n', { foo: { a: '1' } }],
    ['foo {}\nbar []', { foo: {}, bar: [] }],
    ['l = [ "a.com", "b.com", "c.com"]', { l: ['a.com', 'b.com', 'c.com'] }],
    ['l = [\n nats://a:1 # one\n\n nats://b:2\n]', { l: ['nats://a:1', 'nats://b:2'] }],
    ['l [1,2,3,]', { l: ['1', '2', '3'] }],
    ['array [ { abc: 123 }\n { xyz: "word" } ]', { array: [{ abc: '123' }, { xyz: 'word' }] }],
    ['a { # why\n  // what\n  b: 1 # end\n}', { a: { b: '1' } }],
  ])('%j', (text, expected) => {
    expect(parse(text)).toEqual(expected);
  });

  test('a block that stands twice is replaced, as in nats-server, and that is said', () => {
    const file = writeFiles({ 'as.conf': 'http { port: 1 }\nhttp { host: x }' });
    const { root, notices } = parseConfigFile(file, {});
    expect(plain(root)).toEqual({ http: { host: 'x' } });
    expect(notices).toEqual([`${file}:2:1: 'http' stands twice; this one replaces that at ${file}:1:1`]);
  });
});

describe('JSON is a subset', () => {
  test('a document with everything JSON has', () => {
    const document = { a: 1, b: [1, [], {}], c: { d: 'é "\\ \u0000 / \u2028', e: true }, 'f g': -0.5e3 };
    const texts = { a: '1', b: ['1', [], {}], c: { d: document.c.d, e: 'true' }, 'f g': '-500' };
    expect(parse(JSON.stringify(document))).toEqual(texts);
    expect(parse(JSON.stringify(document, null, 2))).toEqual(texts);
    expect(parse('{"a":\n  "x\\u0041\\/\\b"\n}')).toEqual({ a: 'xA/\b' });
  });

  test('any document of objects, lists and strings', () => {
    const { tree } = fc.letrec((tie) => ({
      tree: fc.dictionary(
        fc.string({ minLength: 1 }).filter((key) => !/["'\\]|[\u0000-\u001f]/.test(key)),
        tie('node'),
        {
          maxKeys: 4,
          noNullPrototype: true,
        },
      ),
      node: fc.oneof(fc.string({ unit: 'binary' }), fc.array(tie('node'), { maxLength: 3 }), tie('tree')),
    }));
    fc.assert(
      fc.property(tree, (document) => {
        expect(parse(JSON.stringify(document))).toEqual(document);
      }),
      { numRuns: 100 },
    );
  });
});

describe('variables', () => {
  test.each<[string, NodeJS.ProcessEnv, Plain]>([
    ['index = 22\nfoo = $index', {}, { index: '22', foo: '22' }],
    [
      'index = 22\nnest {\n index = 11\n foo = $index\n}\nbar = $index',
      {},
      { index: '22', nest: { index: '11', foo: '11' }, bar: '22' },
    ],
    ['foo = $X', { X: '22' }, { foo: '22' }],
    ['foo = $X', { X: "'3xyz'" }, { foo: '3xyz' }],
    ['foo = $X', { X: '[a, b]' }, { foo: ['a', 'b'] }],
    ['foo = $X', { X: 'two words' }, { foo: 'two words' }],
    ['foo = $X', { X: 'a;b=c,"d' }, { foo: 'a;b=c,"d' }],
    ['foo = $X', { X: '$Y', Y: 'there' }, { foo: 'there' }],
    ['foo = $X', { X: '' }, { foo: '' }],
    ['foo = "$X"', { X: '22' }, { foo: '$X' }],
    ["foo = '$X'", {}, { foo: '$X' }],
    ['l = [ $X, $X ]', { X: 'a' }, { l: ['a', 'a'] }],
  ])('%j with %j', (text, env, expected) => {
    expect(parse(text, env)).toEqual(expected);
  });

  test('one that is nowhere is named with its place', () => {
    expect(problemOf('a: 1\nfoo = $index')).toBe(
      '2:7 $index is neither a key above nor a variable of the environment',
    );
  });

  test('variables of the environment that refer to each other are found out', () => {
    expect(problemOf('foo = $A', { A: '$B', B: '$A' })).toContain('$A refers to itself');
  });

  test('a value of the environment that looks like a variable is kept and never quoted in an error', () => {
    expect(parse('foo = $PW', { PW: '$ecret' })).toEqual({ foo: '$ecret' });
  });
});

describe('include', () => {
  test('is relative to the file that includes, and its keys serve as variables', () => {
    const file = writeFiles({
      'as.conf': 'http {\n  include "secrets.conf"\n  user: $WHO\n}\ninclude \'more.conf\'\n',
      'secrets.conf': 'WHO: bob',
      'more.conf': 'port: 1',
    });
    expect(plain(parseConfigFile(file, {}).root)).toEqual({ http: { WHO: 'bob', user: 'bob' }, port: '1' });
  });

  test('of an unquoted name, in one line with others, and of an empty file', () => {
    const file = writeFiles({ 'as.conf': 'a { include b.conf; c: 1 }', 'b.conf': '# nothing' });
    expect(plain(parseConfigFile(file, {}).root)).toEqual({ a: { c: '1' } });
  });

  test('in a circle, also through a link, ends with an error', () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'a.conf'), 'include "b.conf"');
    symlinkSync('a.conf', join(dir, 'b.conf'));
    expect(() => parseConfigFile(join(dir, 'a.conf'), {})).toThrow(
      /include goes in circles: .*b\.conf → .*b\.conf/,
    );
  });

  test('of a missing file names the place of the include, of a broken file the place in that file', () => {
    const missing = writeFiles({ 'as.conf': '\n  include "none.conf"' });
    expect(() => parseConfigFile(missing, {})).toThrow(
      expect.objectContaining({ at: { file: missing, line: 2, column: 3 } }),
    );
    const broken = writeFiles({ 'as.conf': 'include "bad.conf"', 'bad.conf': 'x: 1\ny' });
    expect(() => parseConfigFile(broken, {})).toThrow(
      expect.objectContaining({
        message: "the key 'y' has no value",
        at: { file: join(dirname(broken), 'bad.conf'), line: 2, column: 1 },
      }),
    );
  });

  test('the word is a key like any other when quoted or followed by a separator', () => {
    expect(parse('"include": x')).toEqual({ include: 'x' });
    expect(parse('include: x')).toEqual({ include: 'x' });
  });
});

describe('mistakes are named with line and column', () => {
  test.each([
    ['foo', "1:1 the key 'foo' has no value"],
    ['foo\nbar', "1:1 the key 'foo' has no value"],
    ['a { b }', "1:7 expected a value, but found '}'"],
    ['foo = ,', "1:7 expected a value, but found ','"],
    [
      'foo: a b',
      "1:8 expected the end of the line after a value, but found 'b' (a value with spaces needs quotes)",
    ],
    ['a: 1\n  b: [1 2]', "2:9 expected , or ] after a value of a list, but found '2'"],
    ['foo {', '1:5 this { is never closed'],
    ['foo [', '1:5 this [ is never closed'],
    ['foo "x', '1:5 this " is never closed'],
    ["foo 'x", "1:5 this ' is never closed"],
    ['foo (\n x', '1:5 this ( has no ) on a line by itself'],
    ['a: 1\n}', '2:1 this } closes nothing'],
    ['= 1', "1:1 expected a key, but found '='"],
    ['a: "\\q"', '1:5 \\q is no escape; there are \\xXX \\uXXXX \\t \\n \\r \\" \\\\'],
    ['a: "\\uZZZZ"', '1:7 \\u needs four hexadecimal digits'],
    ['include ""', '1:1 include needs the name of a file'],
    [`a: ${'['.repeat(70)}`, '1:68 blocks are nested more than 64 deep'],
  ])('%j: %s', (text, problem) => {
    expect(problemOf(text)).toBe(problem);
  });

  test('a file that is no configuration', () => {
    const file = writeFiles({ 'as.conf': 'x'.repeat(1024 * 1024 + 1) });
    expect(() => parseConfigFile(file, {})).toThrow('larger than 1 MiB');
    expect(() => parseConfigFile(dirname(file), {})).toThrow('it is a directory, not a file');
  });

  test('no text whatever makes it fail otherwise', () => {
    const scraps = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      '(',
      ')',
      '\n',
      ' ',
      '=',
      ':',
      '$',
      '\\',
      '#',
      'a',
      'include ',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(scraps, fc.string()), { maxLength: 30 }), (parts) => {
        expect(typeof problemOf(parts.join(''))).toBe('string');
      }),
      { numRuns: 300 },
    );
  });
});
