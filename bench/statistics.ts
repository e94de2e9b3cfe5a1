/** Some measurements of one thing, in one unit. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** The spread of at least one measurement. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return { min: at(sorted, 0), median: quantile(sorted, 0.5), max: at(sorted, sorted.length - 1) };
}

/** The value below which a share of the sorted measurements lies. */
export function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const low = at(sorted, Math.floor(place));
  return low + (at(sorted, Math.ceil(place)) - low) * (place % 1);
}

function at(sorted: readonly number[], index: number): number {
  const value = sorted[index];
  if (value === undefined) throw new RangeError('nothing was measured');
  return value;
}
