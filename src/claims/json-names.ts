import { JsonCursor, type JsonVisitor } from './json-cursor.js';
import type { JsonDocument } from './json-document.js';
import { type JsonPath, MOST_NOTES, pathText } from './json-notes.js';
import { Byte, StringFlag } from './json-token.js';

/** An object or array that is open: where it is just now, and which names it has had (none in an array). */
interface Frame {
  step: string | number;
  readonly names: Set<string> | undefined;
}

class NameCheck implements JsonVisitor {
  readonly found = new Set<string>();
  readonly #frames: Frame[] = [];
  readonly #root: JsonPath;

  constructor(root: JsonPath) {
    this.#root = root;
  }

  open(kind: 'object' | 'array'): void {
    this.#nextElement();
    this.#frames.push(kind === 'object' ? { step: '', names: new Set() } : { step: -1, names: undefined });
  }

  close(): void {
    this.#frames.pop();
  }

  name(name: string): void {
    const frame = this.#frames.at(-1);
    if (frame?.names === undefined) return;
    frame.step = name;
    if (frame.names.has(name)) this.#note();
    else frame.names.add(name);
  }

  scalar(json: JsonCursor): void {
    this.#nextElement();
    json.skip();
  }

  #nextElement(): void {
    const frame = this.#frames.at(-1);
    if (typeof frame?.step === 'number') frame.step++;
  }

  #note(): void {
    if (this.found.size < MOST_NOTES)
      this.found.add(pathText([...this.#root, ...this.#frames.map(({ step }) => step)]));
  }
}

/** Documents of so many tokens at most are first looked at without making a string of each name. */
const FEW_TOKENS = 400;
const NONE: readonly string[] = [];

/** Whether two names have the same bytes. */
function areAlike(document: JsonDocument, one: number, other: number): boolean {
  const [start, otherStart] = [document.start(one), document.start(other)];
  const length = document.stringEnd(one) - start;
  if (document.stringEnd(other) - otherStart !== length) return false;
  for (let i = 1; i < length; i++) {
    if (document.bytes[start + i] !== document.bytes[otherStart + i]) return false;
  }
  return true;
}

/** Whether an object may have a name twice: it has, or a name that is not spelled plainly may be equal to another. */
function mayRepeat(document: JsonDocument, object: number): boolean {
  const end = document.next(object);
  for (let name = object + 1; name < end; name = document.next(name + 1)) {
    if (document.stringFlags(name) !== StringFlag.name) return true;
    for (let earlier = object + 1; earlier < name; earlier = document.next(earlier + 1)) {
      if (areAlike(document, name, earlier)) return true;
    }
  }
  return false;
}

function isPlainlyFree(document: JsonDocument): boolean {
  const end = document.next(0);
  if (end > FEW_TOKENS) return false;
  for (let token = 0; token < end; token++) {
    if (document.firstByte(token) === Byte.openObject && mayRepeat(document, token)) return false;
  }
  return true;
}

/**
 * Looks for names that an object has more than once, at any depth, compared after decoding escapes: readers disagree
 * about which of them counts.
 * @param root what the document itself is called in paths
 * @returns where they stand, each once; at most a few of them
 */
export function findDuplicateNames(document: JsonDocument, root: JsonPath = []): readonly string[] {
  if (isPlainlyFree(document)) return NONE;
  const check = new NameCheck(root);
  new JsonCursor(document).walk(check);
  return [...check.found];
}
