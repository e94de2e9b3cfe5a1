import type { SystemSession } from '../../nats/system/session.js';
import type { Section } from '../inspect/section.js';
import type { Output, Surroundings } from '../ports.js';
import { printableJson } from '../printable.js';
import { type Style, styleFor } from '../style.js';
import { layOut, type Row } from '../table.js';
import { write } from '../talk.js';

/** What a request is carried out with. */
export interface Carrying {
  readonly session: SystemSession;
  readonly surroundings: Surroundings;
}

/** Writes one JSON document. */
export const writeJson = (output: Output, data: object): Promise<void> =>
  write(output, `${printableJson(data, 2)}\n`);

/** Writes a table with column names. */
export async function writeTable(
  { stdout, env }: Surroundings,
  head: readonly string[],
  rows: readonly Row[],
): Promise<void> {
  const { strong } = styleFor(stdout, env);
  const lines = layOut([head.map((text) => ({ text, style: strong })), ...rows]);
  await write(stdout, `${lines.join('\n')}\n`);
}

/** Writes titled tables; empty ones are left out. */
export async function writeSections(
  { stdout, env }: Surroundings,
  sections: readonly Section[],
): Promise<void> {
  const style = styleFor(stdout, env);
  const filled = sections.filter(({ rows }) => rows.length > 0);
  await write(stdout, `${filled.map((section) => render(section, style)).join('\n\n')}\n`);
}

function render({ title, rows }: Section, { strong }: Style): string {
  const [head = ''] = layOut([[title]]);
  return [strong(head), ...layOut(rows, '  ')].join('\n');
}
