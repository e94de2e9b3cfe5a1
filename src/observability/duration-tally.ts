/**
 * A histogram of durations that costs some nanoseconds an observation: no labels, no hashing, no allocation. It is
 * turned into Prometheus samples only when somebody asks.
 */
export class DurationTally {
  readonly #bounds: readonly number[];
  /** One more than there are bounds: what is above the last. */
  readonly #counts: Float64Array;
  #sum = 0;

  /** @param bounds upper bounds in seconds, rising */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  observe(seconds: number): void {
    let at = 0;
    while (at < this.#bounds.length && seconds > (this.#bounds[at] ?? 0)) at++;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#sum += seconds;
  }

  get sum(): number {
    return this.#sum;
  }

  get count(): number {
    return this.#counts.reduce((total, count) => total + count, 0);
  }

  /** Cumulative, as Prometheus wants them; `+Inf` comes last and equals {@link count}. */
  *buckets(): Iterable<{ le: number | '+Inf'; count: number }> {
    let total = 0;
    for (const [at, count] of this.#counts.entries()) {
      total += count;
      yield { le: this.#bounds[at] ?? '+Inf', count: total };
    }
  }
}
