import type { Output } from '../ports.js';
import { printableJson } from '../printable.js';
import { write } from '../talk.js';
import type { FleetAnswer, RowAnswer } from './answers.js';

/** Writes one value of the API as it came. */
export function writeJson(output: Output, json: unknown): Promise<void> {
  return write(output, `${printableJson(json, 2)}\n`);
}

/**
 * Writes `{"fleet":…,"accounts":[…]}`: what `GET /api/v1/fleet` and all pages of `GET /api/v1/fleet/accounts` answered.
 * Page by page, since 500 servers × 10,000 accounts are a GB; when a page fails, what was written is no JSON.
 */
export async function writeFleetJson(
  output: Output,
  fleet: FleetAnswer,
  pages: AsyncIterable<readonly RowAnswer[]>,
): Promise<void> {
  await write(output, `{\n"fleet": ${printableJson(fleet.json)},\n"accounts": [\n`);
  let separator = '';
  for await (const rows of pages) {
    const texts = rows.map(({ json }) => printableJson(json));
    if (texts.length === 0) continue;
    await write(output, separator + texts.join(',\n'));
    separator = ',\n';
  }
  await write(output, `${separator === '' ? '' : '\n'}]\n}\n`);
}
