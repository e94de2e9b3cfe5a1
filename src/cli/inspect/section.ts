import type { Row } from '../table.js';

/** A part of what is shown of a token: a title and a table. Empty ones are left out. */
export interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
}

/** A label and its value; a row only when there is a value. */
export function fact(label: string, value: string): readonly Row[] {
  return value === '' ? [] : [[label, value]];
}

/** A list as one cell, or nothing. */
export function listed(label: string, values: readonly string[]): readonly Row[] {
  return fact(label, values.join(', '));
}

/** A table with column names; nothing when there are no rows. */
export function withHead(head: Row, rows: readonly Row[]): readonly Row[] {
  return rows.length === 0 ? [] : [head, ...rows];
}
