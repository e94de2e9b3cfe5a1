import { createNatsLink, type NatsLink } from '../../src/nats/link.js';
import type { NatsOptions } from '../../src/nats/options.js';
import type { AwayReason, ConnectionMeter, Log } from '../../src/nats/ports.js';
import { atEnd } from '../support/clean-up.js';

/** One logged line. */
export interface Line {
  readonly level: string;
  readonly message: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Keeps what was logged, and lets a test wait for a line. */
export class Lines implements Log {
  readonly lines: Line[] = [];
  readonly #waiting = new Set<() => void>();

  debug = (facts: object, message: string): void => this.#add('debug', facts, message);
  info = (facts: object, message: string): void => this.#add('info', facts, message);
  warn = (facts: object, message: string): void => this.#add('warn', facts, message);
  error = (facts: object, message: string): void => this.#add('error', facts, message);

  /** The lines above debug with this text. */
  of(message: string): Line[] {
    return this.lines.filter((line) => line.level !== 'debug' && line.message.includes(message));
  }

  /** Resolves when so many lines with this text were logged. */
  waitFor(message: string, count = 1, timeoutMs = 40_000): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (this.of(message).length < count) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve();
      };
      const timer = setTimeout(
        () =>
          reject(new Error(`no "${message}" among:\n${this.lines.map(({ message: m }) => m).join('\n')}`)),
        timeoutMs,
      );
      this.#waiting.add(look);
      look();
    });
  }

  #add(level: string, facts: object, message: string): void {
    this.lines.push({ level, message, facts: { ...facts } });
    for (const look of [...this.#waiting]) look();
  }
}

/** Counts what happens to the connection. */
export class Counts implements ConnectionMeter {
  up = false;
  reconnects = 0;
  denials = 0;
  readonly failures: AwayReason[] = [];

  connected(yes: boolean): void {
    this.up = yes;
  }
  reconnected(): void {
    this.reconnects++;
  }
  attemptFailed(reason: AwayReason): void {
    this.failures.push(reason);
  }
  permissionDenied(): void {
    this.denials++;
  }
}

/** A link with what it logs and counts; quick to retry, and closed when the test ends. */
export interface Linked {
  readonly link: NatsLink;
  readonly log: Lines;
  readonly counts: Counts;
}

/** Makes a link and starts it. */
export function linked(options: Pick<NatsOptions, 'servers'> & Partial<NatsOptions>): Linked {
  const log = new Lines();
  const counts = new Counts();
  const complete = {
    auth: { kind: 'none' as const },
    retryDelayMs: 100,
    connectTimeoutMs: 1_000,
    ...options,
  };
  const link = createNatsLink(complete, { log, meter: counts });
  atEnd(() => link.close());
  link.start();
  return { link, log, counts };
}
