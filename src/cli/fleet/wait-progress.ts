import type { Output } from '../ports.js';
import { printable } from '../printable.js';
import { say } from '../talk.js';
import { describeAccount } from './account-detail.js';
import { describeFleet } from './heading.js';
import type { Look } from './look.js';
import type { ServiceProblem } from './problem.js';
import type { Progress } from './wait.js';

const START_OF_LINE = '\r\u001b[K';

/** Progress on one line of a terminal, which `clear` takes away; elsewhere only trouble is told, once. */
export function waitProgress(output: Output): Progress & { clear(): void } {
  return output.isTTY === true ? new ProgressLine(output) : new QuietProgress(output);
}

class ProgressLine implements Progress {
  readonly shown = true;

  constructor(private readonly output: Output) {}

  looked({ fleet, row, absent }: Look, leftMs: number): void {
    const what =
      absent ?? (row === undefined ? describeFleet(fleet) : `${row.name}: ${describeAccount(row, fleet)}`);
    this.#write(`${Math.ceil(leftMs / 1000)} s left; ${what}`);
  }

  trouble({ message }: ServiceProblem): void {
    this.#write(`trying again; ${message}`);
  }

  clear(): void {
    this.output.write(START_OF_LINE);
  }

  #write(text: string): void {
    this.output.write(START_OF_LINE + printable(text).slice(0, (this.output.columns ?? 80) - 1));
  }
}

class QuietProgress implements Progress {
  readonly shown = false;
  #told = false;

  constructor(private readonly output: Output) {}

  looked(): void {
    this.#told = false;
  }

  trouble({ message }: ServiceProblem): void {
    if (!this.#told) say(this.output, [`${message}; trying again until the time is up`]);
    this.#told = true;
  }

  clear(): void {}
}
