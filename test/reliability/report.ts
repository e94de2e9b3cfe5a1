/** Prints a figure that a test reached, under the id of its promise, where a person can copy it from. */
export function report(id: string, figures: string): void {
  process.stderr.write(`${id}: ${figures}\n`);
}
