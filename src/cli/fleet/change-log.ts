import { say } from '../talk.js';
import type { RowAnswer } from './answers.js';
import { writeChange } from './change-writer.js';
import { Changes } from './changes.js';
import type { Display } from './display.js';
import type { FleetRun } from './fleet-run.js';
import type { Look } from './look.js';
import type { ServiceProblem } from './problem.js';
import { collectRows, countOf, EVERYTHING, FAULTY } from './rows.js';

/** In a fleet of so many accounts × servers every account is looked at, in a larger one those that are not effective. */
const LOOKED_AT_CELLS = 5_000;

/** A line for each change, for a file or another program. */
export class ChangeLog implements Display {
  readonly #changes: Changes;

  constructor(private readonly run: FleetRun) {
    this.#changes = new Changes(run.api);
  }

  async show(look: Look, signal: AbortSignal): Promise<void> {
    const { stdout, command } = this.run;
    const rows = await this.#rows(look, signal);
    for await (const change of this.#changes.since(look.fleet, rows, signal))
      await writeChange(stdout, change, look.fleet.atMs, command.output);
  }

  async #rows({ fleet, row }: Look, signal: AbortSignal): Promise<readonly RowAnswer[]> {
    if (this.run.command.account !== undefined) return row === undefined ? [] : [row];
    const few = countOf(fleet) * fleet.servers.length <= LOOKED_AT_CELLS;
    return collectRows(this.run.api, fleet, few ? EVERYTHING : FAULTY, signal);
  }

  trouble({ message }: ServiceProblem): void {
    say(this.run.stderr, [`${message}; trying again`]);
  }

  recovered(): void {
    this.#changes.forgetVersions();
    say(this.run.stderr, ['the service answers again']);
  }

  end(): void {}
}
