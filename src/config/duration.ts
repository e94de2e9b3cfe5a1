import { type Reading, read, unreadable } from './reading.js';

const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** setTimeout takes no more (2^31 - 1 ms, about 24 days). */
const LONGEST_MS = 2_147_483_647;

/** Reads `2s`, `1m30s`, `500ms`, `1.5h` (Go's time.ParseDuration) or a bare number of milliseconds. */
export function readDuration(text: string): Reading<number> {
  const ms = /^\d+$/.test(text) ? Number(text) : sumOfParts(text);
  if (ms === undefined) return unreadable(`"${text}" is no duration such as 500ms, 2s, 1m30s or 1h`);
  return ms <= LONGEST_MS ? read(Math.round(ms)) : unreadable(`${text} is longer than 24 days`);
}

function sumOfParts(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|[smhd]))+$/.test(text)) return undefined;
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g);
  return [...parts].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (UNIT_MS.get(unit ?? '') ?? 0),
    0,
  );
}

/** Writes milliseconds as {@link readDuration} reads them, in the largest unit that fits. */
export function showDuration(ms: number): string {
  const unit = [...UNIT_MS].findLast(([, size]) => ms % size === 0 && ms >= size);
  return unit === undefined ? `${ms}ms` : `${ms / unit[1]}${unit[0]}`;
}
