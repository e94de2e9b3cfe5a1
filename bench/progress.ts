/** Says on standard error what is being done, in one line that is written over again; to a terminal alone. */
export class Progress {
  readonly #startedAt = performance.now();

  constructor(private readonly stream: NodeJS.WriteStream = process.stderr) {}

  say(text: string): void {
    if (!this.stream.isTTY) return;
    const seconds = Math.round((performance.now() - this.#startedAt) / 1000);
    const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    this.stream.write(`\r\x1b[K${time} ${text}`.slice(0, this.stream.columns));
  }

  clear(): void {
    if (this.stream.isTTY) this.stream.write('\r\x1b[K');
  }
}
