/** How long to wait before try number `attempt` (1: the first repetition): doubled each time, spread by a quarter. */
export function backOffMs(attempt: number, firstMs: number, mostMs: number, random: number): number {
  const base = Math.min(mostMs, firstMs * 2 ** Math.min(attempt - 1, 30));
  return base * (0.75 + random / 2);
}
