import { type Cursor, isBlank, isLineEnd, isSpace, nameCharacter } from './cursor.js';

/** A key as read; only an unquoted one can be the word `include`. */
export interface LexedKey {
  readonly text: string;
  readonly quoted: boolean;
}

const KEY_END = new Set(['', '=', ':', '{', '}', '[', ']', ',', ';', '"']);
/** What ends an unquoted value (nats-server conf/lex.go lexString); `#` and `//` do not: they stand in URLs. */
const WORD_END = new Set(['', ';', ',', ']', '}']);

/** Skips spaces, line ends, comments and the characters in `separators`. */
export function skipBlank(cursor: Cursor, separators = ''): void {
  while (!cursor.ended) {
    if (atComment(cursor)) skipComment(cursor);
    else if (isBlank(cursor.peek()) || separators.includes(cursor.peek())) cursor.next();
    else return;
  }
}

/** Skips spaces and tabs, not line ends. */
export function skipSpaces(cursor: Cursor): void {
  cursor.takeWhile(isSpace);
}

/** Whether a comment begins here: `#` or `//`. */
export function atComment(cursor: Cursor): boolean {
  return cursor.peek() === '#' || (cursor.peek() === '/' && cursor.peek(1) === '/');
}

function skipComment(cursor: Cursor): void {
  cursor.takeWhile((character) => !isLineEnd(character));
}

/** Reads a key: quoted, or everything up to a blank or separator. */
export function lexKey(cursor: Cursor): LexedKey {
  const quote = cursor.peek();
  if (quote === '"' || quote === "'") return { text: lexPlainQuoted(cursor), quoted: true };
  const text = cursor.takeWhile((character) => !isBlank(character) && !KEY_END.has(character));
  if (text === '') cursor.fail(`expected a key, but found ${nameCharacter(cursor)}`);
  return { text, quoted: false };
}

/** Reads a value without quotes, escapes included; '' when there is none. */
export function lexWord(cursor: Cursor): string {
  let text = '';
  while (!isBlank(cursor.peek()) && !WORD_END.has(cursor.peek())) {
    text += cursor.peek() === '\\' ? lexEscape(cursor) : cursor.next();
  }
  return text;
}

/** Reads a string in quotes: escapes count between `"`, nothing does between `'`; both may span lines. */
export function lexQuoted(cursor: Cursor): string {
  return cursor.peek() === '"' ? lexDoubleQuoted(cursor) : lexPlainQuoted(cursor);
}

/** Reads up to the same quote again, taking everything as it stands. */
export function lexPlainQuoted(cursor: Cursor): string {
  const opened = cursor.at();
  const quote = cursor.next();
  const text = cursor.takeWhile((character) => character !== quote);
  if (cursor.ended) cursor.fail(`this ${quote} is never closed`, opened);
  cursor.next();
  return text;
}

function lexDoubleQuoted(cursor: Cursor): string {
  const opened = cursor.at();
  let text = '';
  cursor.next();
  while (cursor.peek() !== '"') {
    if (cursor.ended) cursor.fail('this " is never closed', opened);
    text += cursor.peek() === '\\' ? lexEscape(cursor) : cursor.next();
  }
  cursor.next();
  return text;
}

/** nats-server's escapes, and those that JSON has besides. */
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['t', '\t'],
  ['n', '\n'],
  ['r', '\r'],
  ['b', '\b'],
  ['f', '\f'],
  ['"', '"'],
  ['/', '/'],
  ['\\', '\\'],
]);

function lexEscape(cursor: Cursor): string {
  const at = cursor.at();
  const bytes = /^(?:\\x[\da-f]{2})+/i.exec(cursor.text.slice(cursor.index, cursor.index + 400))?.[0];
  if (bytes !== undefined) return lexBytes(cursor, bytes);
  cursor.next();
  const letter = cursor.next();
  if (letter === 'u') return lexUnicode(cursor);
  return (
    ESCAPES.get(letter) ??
    cursor.fail(`\\${letter} is no escape; there are \\xXX \\uXXXX \\t \\n \\r \\" \\\\`, at)
  );
}

/** Neighbouring `\xXX` are the bytes of UTF-8 text. */
function lexBytes(cursor: Cursor, escapes: string): string {
  for (let taken = 0; taken < escapes.length; taken++) cursor.next();
  return Buffer.from(escapes.replaceAll(/\\x/gi, ''), 'hex').toString('utf8');
}

function lexUnicode(cursor: Cursor): string {
  const at = cursor.at();
  const digits = Array.from({ length: 4 }, () => cursor.next()).join('');
  if (!/^[\da-f]{4}$/i.test(digits)) cursor.fail('\\u needs four hexadecimal digits', at);
  return String.fromCharCode(Number.parseInt(digits, 16));
}

/** Reads `( … )`: everything as it stands, up to a `)` on a line by itself. */
export function lexBlockText(cursor: Cursor): string {
  const opened = cursor.at();
  cursor.next();
  const rest = cursor.text.slice(cursor.index);
  const end = /\n\)(?=\r?\n|$)/.exec(rest);
  if (end === null) return cursor.fail('this ( has no ) on a line by itself', opened);
  const text = rest.slice(0, end.index + 1);
  for (let taken = 0; taken < text.length + 1; taken++) cursor.next();
  return text;
}
