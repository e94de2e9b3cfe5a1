/** nsc writes within microseconds, a slow copy may take longer; after that the next event or sweep has to tell. */
const DELAYS_MS = [20, 50, 100, 250];

interface Series {
  tries: number;
  timer: NodeJS.Timeout | undefined;
}

/** Looks again, a few times and soon, at slots whose content seemed to be half-written. */
export class LookAgain {
  readonly #series = new Map<string, Series>();

  /** @param look looks at a slot, the `last` time of a series or not, and tells whether it is still unsettled */
  constructor(private readonly look: (slot: string, last: boolean) => Promise<boolean>) {}

  /** Something unsettled was read: the series of looks begins (anew). */
  unsettled(slot: string): void {
    const series = this.#series.get(slot);
    if (series !== undefined) series.tries = 0;
    else this.#schedule(slot, { tries: 0, timer: undefined });
  }

  /** The slot is gone, or holds something complete. */
  settled(slot: string): void {
    clearTimeout(this.#series.get(slot)?.timer);
    this.#series.delete(slot);
  }

  close(): void {
    for (const slot of [...this.#series.keys()]) this.settled(slot);
  }

  #schedule(slot: string, series: Series): void {
    this.#series.set(slot, series);
    series.timer = setTimeout(() => void this.#fire(slot, series), DELAYS_MS[series.tries++]);
  }

  async #fire(slot: string, series: Series): Promise<void> {
    const last = series.tries >= DELAYS_MS.length;
    const unsettled = await this.look(slot, last);
    if (this.#series.get(slot) !== series) return;
    if (unsettled && series.tries < DELAYS_MS.length) this.#schedule(slot, series);
    else this.#series.delete(slot);
  }
}
