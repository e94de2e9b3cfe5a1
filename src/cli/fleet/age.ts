import { showSpan } from '../sys/quantities.js';

/** `3s`, `5m 2s`: the time since then; a moment that is still to come, by another clock, is 0 s away. */
export function age(atMs: number, nowMs: number): string {
  return showSpan(Math.max(0, nowMs - atMs));
}

/** `3s ago`; '' when it never was. */
export function ago(atMs: number | undefined, nowMs: number): string {
  return atMs === undefined ? '' : `${age(atMs, nowMs)} ago`;
}

/** `1 account`, `2 accounts`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
