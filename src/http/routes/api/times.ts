/** Unix seconds as ISO 8601 in UTC; null for 0, which is no time, and for what is beyond the calendar. */
export function isoOfSeconds(seconds: number): string | null {
  return seconds === 0 ? null : isoOf(new Date(seconds * 1000));
}

/** A time of any origin as ISO 8601 in UTC; null when it is none. */
export function isoOf(date: Date): string | null {
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
