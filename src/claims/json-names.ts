import { JsonCursor, type JsonVisitor } from './json-cursor.js';
import type { JsonDocument } from './json-document.js';
import { type JsonPath, MOST_NOTES, pathText } from './json-notes.js';

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

/**
 * Looks for names that an object has more than once, at any depth, compared after decoding escapes: readers disagree
 * about which of them counts.
 * @param root what the document itself is called in paths
 * @returns where they stand, each once; at most a few of them
 */
export function findDuplicateNames(document: JsonDocument, root: JsonPath = []): readonly string[] {
  const check = new NameCheck(root);
  new JsonCursor(document).walk(check);
  return [...check.found];
}
