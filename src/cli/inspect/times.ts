import type { Int64 } from '../../claims/types.js';

const UNITS = [
  ['year', 31_557_600],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** The last second that a JavaScript date can show. */
const LAST_SECOND = 8_640_000_000_000;

/** `2026-11-22 01:00:00 UTC (3 days ago)`; 0 and negative times are absent in Go. */
export function describeTime(seconds: Int64, absent: string, nowSeconds: number): string {
  if (seconds <= 0) return absent;
  if (seconds > LAST_SECOND) return `${seconds} (beyond any calendar)`;
  const date = new Date(Number(seconds) * 1000).toISOString();
  return `${date.replace('T', ' ').replace('.000Z', ' UTC')} (${distance(Number(seconds) - nowSeconds)})`;
}

function distance(seconds: number): string {
  const size = Math.abs(seconds);
  const [unit, length] = UNITS.find(([, unitLength]) => size >= unitLength) ?? ['second', 1];
  const count = Math.floor(size / length);
  const span = `${count} ${unit}${count === 1 ? '' : 's'}`;
  if (size === 0) return 'now';
  return seconds > 0 ? `in ${span}` : `${span} ago`;
}

/** Nanoseconds as people write them: `250ms`, `5s`. */
export function describeNanoseconds(nanoseconds: Int64): string {
  const ms = Number(nanoseconds) / 1e6;
  return ms >= 1000 || ms <= -1000 ? `${ms / 1000}s` : `${ms}ms`;
}
