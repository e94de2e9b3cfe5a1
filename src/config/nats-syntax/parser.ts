import { Cursor, isBlank, isLineEnd, nameCharacter } from './cursor.js';
import {
  atComment,
  type LexedKey,
  lexBlockText,
  lexKey,
  lexQuoted,
  lexWord,
  skipBlank,
  skipSpaces,
} from './lexer.js';
import {
  type BlockNode,
  type ConfigNode,
  describePosition,
  type Entry,
  type Position,
  type ScalarNode,
} from './nodes.js';

/** What parsing needs of the world outside the text. */
export interface ParseContext {
  /** Reads the file of an `include`; throws SyntaxProblem at `at` when it cannot. */
  include(file: string, at: Position): BlockNode;
  /** The value of `$name` that no key gives; `undefined`: there is none. */
  variable(name: string, at: Position): ConfigNode | undefined;
  /** Tells of something that is allowed but probably a mistake. */
  notice(message: string, at: Position): void;
}

/** Blocks in blocks, lists in lists: deeper than this no configuration is. */
const MAX_DEPTH = 64;

/**
 * Parses a whole file of NATS configuration syntax (nats-server conf/lex.go and parse.go), of which JSON is a subset.
 * More lenient than nats-server in that a value may follow its key on the next line after a `:`; stricter in that a
 * key without a value and a stray `}` are refused, where nats-server takes the next word as value or ignores it.
 * @throws SyntaxProblem
 */
export function parseConfig(text: string, file: string, context: ParseContext): BlockNode {
  return new Parser(new Cursor(text, file), context).file();
}

/** Parses one value and nothing else, as `$NAME` in the environment is; `undefined` when more follows. */
export function parseValue(text: string, file: string, context: ParseContext): ConfigNode | undefined {
  const cursor = new Cursor(text, file);
  const node = new Parser(cursor, context).value();
  skipBlank(cursor);
  return cursor.ended ? node : undefined;
}

class Parser {
  readonly #cursor: Cursor;
  readonly #context: ParseContext;
  /** The blocks around this place, innermost last: where `$name` is looked up. */
  readonly #scopes: Map<string, Entry>[] = [];
  #depth = 0;

  constructor(cursor: Cursor, context: ParseContext) {
    this.#cursor = cursor;
    this.#context = context;
  }

  file(): BlockNode {
    const at = this.#cursor.at();
    const entries = new Map<string, Entry>();
    this.#scopes.push(entries);
    for (skipBlank(this.#cursor, ',;'); !this.#cursor.ended; skipBlank(this.#cursor, ',;')) {
      // Braces around everything, as in JSON.
      if (this.#cursor.peek() === '{') this.#fillBlock(entries);
      else if (this.#cursor.peek() === '}') this.#cursor.fail('this } closes nothing');
      else this.#entry(entries);
    }
    return { kind: 'block', entries, at };
  }

  value(): ConfigNode {
    switch (this.#cursor.peek()) {
      case '{':
        return this.#nested(() => this.#block());
      case '[':
        return this.#nested(() => this.#list());
      case '"':
      case "'":
        return this.#scalar(lexQuoted);
      case '(':
        return this.#scalar(lexBlockText);
      default:
        return this.#word();
    }
  }

  #nested<T>(parse: () => T): T {
    if (++this.#depth > MAX_DEPTH) this.#cursor.fail(`blocks are nested more than ${MAX_DEPTH} deep`);
    const node = parse();
    this.#depth--;
    return node;
  }

  #scalar(lex: (cursor: Cursor) => string): ScalarNode {
    const at = this.#cursor.at();
    return { kind: 'scalar', text: lex(this.#cursor), at };
  }

  #block(): BlockNode {
    const at = this.#cursor.at();
    const entries = new Map<string, Entry>();
    this.#scopes.push(entries);
    this.#fillBlock(entries);
    this.#scopes.pop();
    return { kind: 'block', entries, at };
  }

  #fillBlock(entries: Map<string, Entry>): void {
    const opened = this.#cursor.at();
    this.#cursor.next();
    for (skipBlank(this.#cursor, ',;'); this.#cursor.peek() !== '}'; skipBlank(this.#cursor, ',;')) {
      if (this.#cursor.ended) this.#cursor.fail('this { is never closed', opened);
      this.#entry(entries);
    }
    this.#cursor.next();
  }

  #list(): ConfigNode {
    const at = this.#cursor.at();
    const items: ConfigNode[] = [];
    this.#cursor.next();
    for (skipBlank(this.#cursor); this.#cursor.peek() !== ']'; skipBlank(this.#cursor)) {
      if (this.#cursor.ended) this.#cursor.fail('this [ is never closed', at);
      items.push(this.value());
      this.#endItem();
    }
    this.#cursor.next();
    return { kind: 'list', items, at };
  }

  /** After an item: a comma, a line end, a comment or the end of the list. */
  #endItem(): void {
    skipSpaces(this.#cursor);
    const here = this.#cursor.peek();
    if (here === ',') this.#cursor.next();
    else if (!isLineEnd(here) && here !== ']' && !atComment(this.#cursor))
      this.#cursor.fail(`expected , or ] after a value of a list, but found ${nameCharacter(this.#cursor)}`);
  }

  #entry(entries: Map<string, Entry>): void {
    const at = this.#cursor.at();
    const key = lexKey(this.#cursor);
    if (isInclude(key, this.#cursor)) {
      this.#include(entries, at);
    } else {
      this.#toValue(key.text, at);
      this.#keep(entries, { key: key.text, at, node: this.value(), usedAsVariable: false });
    }
    this.#endEntry();
  }

  /** Moves from behind a key to its value. */
  #toValue(key: string, at: Position): void {
    skipBlank(this.#cursor);
    const separated = this.#cursor.peek() === ':' || this.#cursor.peek() === '=';
    if (separated) {
      this.#cursor.next();
      // No comment may stand here: the `#` or `//` could belong to the value.
      this.#cursor.takeWhile(isBlank);
    }
    const sameLine = this.#cursor.at().line === at.line;
    const opens = this.#cursor.peek() === '{' || this.#cursor.peek() === '[';
    if (this.#cursor.ended || (!separated && !sameLine && !opens)) this.#noValue(key, at);
  }

  #noValue(key: string, at: Position): never {
    return this.#cursor.fail(`the key '${key}' has no value`, at);
  }

  /** After an entry: a separator, a line end, a comment or the end of the block. */
  #endEntry(): void {
    skipSpaces(this.#cursor);
    const here = this.#cursor.peek();
    if (isLineEnd(here) || ['', ',', ';', '}'].includes(here) || atComment(this.#cursor)) return;
    this.#cursor.fail(
      `expected the end of the line after a value, but found ${nameCharacter(this.#cursor)} (a value with spaces needs quotes)`,
    );
  }

  #keep(entries: Map<string, Entry>, entry: Entry): void {
    const replaced = entries.get(entry.key);
    if (replaced !== undefined)
      this.#context.notice(
        `'${entry.key}' stands twice; this one replaces that at ${describePosition(replaced.at)}`,
        entry.at,
      );
    entries.set(entry.key, entry);
  }

  #include(entries: Map<string, Entry>, at: Position): void {
    skipSpaces(this.#cursor);
    const quote = this.#cursor.peek();
    const file = quote === '"' || quote === "'" ? lexQuoted(this.#cursor) : lexWord(this.#cursor);
    if (file === '') this.#cursor.fail('include needs the name of a file', at);
    for (const entry of this.#context.include(file, at).entries.values()) this.#keep(entries, entry);
  }

  #word(): ConfigNode {
    const at = this.#cursor.at();
    const literal = this.#cursor.peek() === '\\';
    const text = lexWord(this.#cursor);
    if (text === '') this.#cursor.fail(`expected a value, but found ${nameCharacter(this.#cursor)}`, at);
    // A bcrypt hash begins with $2a$ and is no variable (nats-server conf/parse.go).
    const isVariable = text.startsWith('$') && !literal && !text.startsWith('$2a$');
    return isVariable ? this.#variable(text.slice(1), at) : { kind: 'scalar', text, at };
  }

  #variable(name: string, at: Position): ConfigNode {
    const node = this.#variableInScope(name) ?? this.#context.variable(name, at);
    if (node === undefined)
      return this.#cursor.fail(`$${name} is neither a key above nor a variable of the environment`, at);
    // The value counts as standing here: that is what has to be looked at when it is wrong.
    return { ...node, at };
  }

  #variableInScope(name: string): ConfigNode | undefined {
    const scope = this.#scopes.findLast((entries) => entries.has(name));
    const entry = scope?.get(name);
    if (entry !== undefined) entry.usedAsVariable = true;
    return entry?.node;
  }
}

function isInclude(key: LexedKey, cursor: Cursor): boolean {
  return !key.quoted && key.text.toLowerCase() === 'include' && isBlank(cursor.peek());
}
