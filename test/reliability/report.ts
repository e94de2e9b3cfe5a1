/** Prints a figure that a test reached, under the id of its promise, where a person can copy it from. */
export function report(id: string, figures: string): void {
  process.stderr.write(`${id}: ${figures}\n`);
}

/** The value below which so many in a hundred lie; 0 of none. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0;
}
