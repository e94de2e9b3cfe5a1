/** A line of input without its end; `undefined` when it is longer than allowed and was dropped. */
export type Line = Buffer | undefined;

const LINE_FEED = 0x0a;

/**
 * Cuts input into lines, in batches as they arrive, so that answers can follow at once. A last line needs no end. Never
 * holds more than one chunk and one line of `maxBytes`.
 */
export async function* readLines(
  input: AsyncIterable<Buffer | string>,
  maxBytes: number,
): AsyncGenerator<Line[]> {
  const cutter = new LineCutter(maxBytes);
  for await (const chunk of input) yield cutter.cut(Buffer.from(chunk));
  yield cutter.end();
}

class LineCutter {
  #begun: Buffer[] = [];
  #length = 0;

  constructor(private readonly maxBytes: number) {}

  cut(chunk: Buffer): Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      this.#add(chunk.subarray(start, end));
      lines.push(this.#take());
      start = end + 1;
    }
    this.#add(chunk.subarray(start));
    return lines;
  }

  end(): Line[] {
    return this.#length > 0 ? [this.#take()] : [];
  }

  #add(part: Buffer): void {
    this.#length += part.length;
    if (this.#length > this.maxBytes) this.#begun = [];
    else if (part.length > 0) this.#begun.push(part);
  }

  #take(): Line {
    const line = this.#length > this.maxBytes ? undefined : Buffer.concat(this.#begun);
    this.#begun = [];
    this.#length = 0;
    return line;
  }
}
