import { quote } from './rules/quote.js';

/** One finding is enough to refuse a token; a hostile one must not make us keep a hundred thousand. */
export const MOST_NOTES = 16;

/** Where in a document something is: member names and indexes from the root on. */
export type JsonPath = readonly (string | number)[];

const FIELD_NAME = /^[A-Za-z_]{1,40}$/;
/** Paths go on to be shown; a hostile one may be a thousand steps long. */
const LONGEST_PATH = 300;

/** Writes a path as people do: `nats.imports[3].token`, `nats.mappings["a.b"]`. Odd and long names are quoted and cut. */
export function pathText(path: JsonPath): string {
  let text = '';
  for (const step of path) {
    if (text.length > LONGEST_PATH) return `${text}…`;
    if (typeof step === 'number') text += `[${step}]`;
    else if (!FIELD_NAME.test(step)) text += `[${quote(step)}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}

/** What reading a document has found out. */
export class JsonNotes {
  /** The first value that was not what was due, in a sentence; `undefined` while all is well. */
  problem: string | undefined = undefined;
  /** Names that were taken for a known field by case folding alone, where they stand; at most a few. */
  readonly foldedNames: string[] = [];
  /** Where reading is now; kept by whoever descends. */
  readonly path: (string | number)[];

  /** @param root what the document itself is called in paths */
  constructor(root: JsonPath = []) {
    this.path = [...root];
  }

  /** Notes that what stands here is not what is due. */
  wrong(due: string, found: string): void {
    this.problem ??= `${pathText(this.path) || 'the whole'} must be ${due}, found ${found}`;
  }

  /** Notes a name that is a known field's only by case folding. */
  folded(name: string): void {
    if (this.foldedNames.length < MOST_NOTES) this.foldedNames.push(pathText([...this.path, name]));
  }
}
