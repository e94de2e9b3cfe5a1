import type { AccountRow } from './account-row.js';
import type { Publications } from './ports.js';

/**
 * The notice to send next: the oldest in the queue, or rather the exporter it needs that is queued as well (and so on;
 * a circle of imports ends where it began). A server that gets an importer first has to look the exporter up.
 */
export function nextToSend(
  queue: ReadonlyMap<string, AccountRow>,
  publications: Publications,
): AccountRow | undefined {
  const [first] = queue.values();
  if (first === undefined) return undefined;
  const seen = new Set<string>();
  let row = first;
  for (;;) {
    seen.add(row.key);
    const needed = queuedExporter(row, queue, publications, seen);
    if (needed === undefined) return row;
    row = needed;
  }
}

function queuedExporter(
  row: AccountRow,
  queue: ReadonlyMap<string, AccountRow>,
  publications: Publications,
  seen: ReadonlySet<string>,
): AccountRow | undefined {
  for (const key of publications.get(row.key)?.exporters ?? []) {
    const exporter = queue.get(key);
    if (exporter !== undefined && !seen.has(key)) return exporter;
  }
  return undefined;
}
