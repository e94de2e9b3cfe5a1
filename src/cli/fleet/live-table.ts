import { layOut } from '../table.js';
import type { Display } from './display.js';
import type { FleetRun } from './fleet-run.js';
import type { Look } from './look.js';
import { looksFor } from './looks.js';
import type { ServiceProblem } from './problem.js';
import { Screen } from './screen.js';
import { renderLook } from './show.js';

/** The tables, drawn again and again on a terminal. */
export class LiveTable implements Display {
  readonly #screen: Screen;
  #lines: readonly string[] = [];

  constructor(private readonly run: FleetRun) {
    this.#screen = new Screen(run.stdout);
  }

  async show(look: Look, signal: AbortSignal): Promise<void> {
    this.#lines = await renderLook(this.run, look, looksFor(this.run.stdout, this.run.env), signal);
    this.#screen.draw(this.#lines);
  }

  /** Above the tables: on standard error it would be drawn over. */
  trouble({ message }: ServiceProblem): void {
    const { style } = looksFor(this.run.stdout, this.run.env);
    const told = { text: `${message}; trying again. What was known before:`, style: style.bad };
    this.#screen.draw([...layOut([[told]]), '', ...this.#lines]);
  }

  recovered(): void {}

  end(): void {
    this.#screen.end();
  }
}
