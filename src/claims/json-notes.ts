/** One finding is enough to refuse a token; a hostile one must not make us keep a hundred thousand. */
export const MOST_NOTES = 16;

/** Where in a document something is: member names and indexes from the root on. */
export type JsonPath = readonly (string | number)[];

/** Writes a path as people do: `nats.imports[3].token`. */
export function pathText(path: JsonPath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
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
  readonly path: (string | number)[] = [];

  /** Notes that what stands here is not what is due. */
  wrong(due: string, found: string): void {
    this.problem ??= `${pathText(this.path) || 'the whole'} must be ${due}, found ${found}`;
  }

  /** Notes a name that is a known field's only by case folding. */
  folded(name: string): void {
    if (this.foldedNames.length < MOST_NOTES) this.foldedNames.push(pathText([...this.path, name]));
  }
}
