import type { Readable } from 'node:stream';

/** A program that starts from its sources, beside others that do, can take ten seconds and more. */
const PATIENCE_MS = 40_000;

/** What a program has logged so far, and a way to wait for more. */
export class ServerLog {
  text = '';
  private readonly waiting = new Set<() => void>();

  constructor(stream: Readable) {
    this.follow(stream);
  }

  /** Takes in another stream as well: standard error beside standard output. */
  follow(stream: Readable): void {
    stream.setEncoding('utf8').on('data', (more: string) => {
      this.text += more;
      for (const look of [...this.waiting]) look();
    });
  }

  /** Resolves with the match as soon as the log holds one; rejects after the time with the log in the message. */
  waitFor(pattern: RegExp, timeoutMs = PATIENCE_MS): Promise<RegExpExecArray> {
    return new Promise((found, fail) => {
      const end = (): void => {
        clearTimeout(timer);
        this.waiting.delete(look);
      };
      const look = (): void => {
        const match = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, '')).exec(this.text);
        if (match === null) return;
        end();
        found(match);
      };
      const timer = setTimeout(() => {
        end();
        fail(new Error(`nothing like ${pattern} was logged within ${timeoutMs} ms:\n${this.text}`));
      }, timeoutMs);
      this.waiting.add(look);
      look();
    });
  }
}
