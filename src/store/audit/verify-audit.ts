import { hashOfLine, NO_LINE, readAuditLine } from './audit-line.js';

/** A file of an audit with its text. */
export interface Segment {
  readonly name: string;
  readonly text: string;
}

/** Something in an audit that nobody who only added to it can have done. */
export interface AuditFault {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly problem: string;
}

/** What looking through an audit has shown. */
export interface AuditVerdict {
  readonly files: number;
  readonly lines: number;
  /** The hash of the last line of the newest file; undefined when there is none. */
  readonly head: string | undefined;
  readonly faults: readonly AuditFault[];
  /** What should be known and is no fault. */
  readonly notes: readonly string[];
}

interface Position {
  readonly file: string;
  readonly line: number;
}

/** Looks through the files of an audit, from the oldest to the newest, for lines that were changed, added or removed. */
export class AuditVerification {
  readonly #lines = new Map<string, Position>();
  /** How many lines each file has. */
  readonly #lengths = new Map<string, number>();
  /** The first line of each file, with the line that it names as the one before. */
  readonly #firsts: { readonly position: Position; readonly prev: string }[] = [];
  readonly #faults: AuditFault[] = [];
  readonly #notes: string[] = [];
  #head: string | undefined;

  /** Takes the next file. */
  add({ name, text }: Segment): void {
    const lines = text.split('\n');
    if (lines.pop() !== '') this.#notes.push(`${name}: its last line was cut off, as a crash leaves it`);
    let before: string | undefined;
    for (const [index, line] of lines.entries()) {
      const position = { file: name, line: index + 1 };
      before = this.#take(position, line, before);
      this.#head = before;
    }
    this.#lengths.set(name, lines.length);
  }

  /** @param expected the hash of a line that has to be there, as it was noted elsewhere */
  conclude(expected?: string): AuditVerdict {
    this.#judgeFirsts();
    this.#noteEnds();
    if (expected !== undefined && !this.#lines.has(expected)) {
      this.#fault({ file: 'the audit', line: 0 }, `the line ${expected} is not there: lines were removed`);
    }
    return {
      files: this.#lengths.size,
      lines: this.#lines.size,
      head: this.#head,
      faults: this.#faults,
      notes: this.#notes,
    };
  }

  /** Answers the hash of the line. */
  #take(position: Position, line: string, before: string | undefined): string {
    const hash = hashOfLine(line);
    const record = readAuditLine(line);
    if (record === undefined) this.#fault(position, 'it is no line of an audit');
    else if (before === undefined) this.#firsts.push({ position, prev: record.prev });
    else if (record.prev !== before) {
      this.#fault(position, 'it does not follow the line before: one of them was changed, added or removed');
    }
    this.#lines.set(hash, position);
    return hash;
  }

  /** The first line of a file follows some line of another one, mostly its last. Only one file may follow none. */
  #judgeFirsts(): void {
    const [oldest, ...others] = this.#firsts.filter(({ prev }) => !this.#lines.has(prev));
    if (oldest !== undefined && oldest.prev !== NO_LINE) {
      this.#notes.push(`${oldest.position.file} is not the first file: earlier ones are not here`);
    }
    for (const { position } of others) {
      this.#fault(position, 'the line that it follows is missing, or was changed');
    }
  }

  /** Says which files end with lines that no other file follows, but for the newest. */
  #noteEnds(): void {
    const followed = new Map<string, number>();
    for (const { prev } of this.#firsts) {
      const at = this.#lines.get(prev);
      if (at !== undefined) followed.set(at.file, Math.max(at.line, followed.get(at.file) ?? 0));
    }
    const newest = this.#lines.get(this.#head ?? '')?.file;
    for (const [file, length] of this.#lengths) {
      const left = length - (followed.get(file) ?? 0);
      if (left > 0 && file !== newest) {
        this.#notes.push(
          `${file}: nothing follows its last ${left} lines (another process wrote at the same time, or a write failed)`,
        );
      }
    }
  }

  #fault({ file, line }: Position, problem: string): void {
    this.#faults.push({ file, line, problem });
  }
}
