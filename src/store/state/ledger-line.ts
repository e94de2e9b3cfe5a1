import { crc32 } from 'node:zlib';

/** The first line of every ledger file; another number at its end would be another format. */
export const LEDGER_HEADING = 'nats-account-server ledger 1\n';

/** One entry as a line of text: checksum, key, value. Keys hold no white space, values no line ends. */
export function ledgerLine(key: string, value: string): string {
  const entry = `${key} ${value}`;
  return `${checksum(entry)} ${entry}\n`;
}

/** What the text of a ledger file holds. */
export interface LedgerContent {
  /** The last value of every key. */
  readonly entries: Map<string, string>;
  /** Lines that are damaged; one at the end is what a power cut in the middle of a write leaves. */
  readonly damaged: number;
  /** Nothing is damaged, so that lines can be added. */
  readonly whole: boolean;
}

/** Reads a ledger file; damaged lines are left out. */
export function readLedger(text: string): LedgerContent {
  const entries = new Map<string, string>();
  const headed = text.startsWith(LEDGER_HEADING);
  let damaged = headed || text === '' ? 0 : 1;
  let start = headed ? LEDGER_HEADING.length : 0;
  while (start < text.length) {
    const end = text.indexOf('\n', start);
    const line = text.slice(start, end < 0 ? text.length : end);
    if (end < 0 || !takeLine(line, entries)) damaged++;
    start = end < 0 ? text.length : end + 1;
  }
  return { entries, damaged, whole: headed && damaged === 0 };
}

function takeLine(line: string, entries: Map<string, string>): boolean {
  const entry = line.slice(9);
  const space = entry.indexOf(' ');
  if (space <= 0 || line.slice(0, 9) !== `${checksum(entry)} `) return false;
  entries.set(entry.slice(0, space), entry.slice(space + 1));
  return true;
}

function checksum(entry: string): string {
  return crc32(entry).toString(16).padStart(8, '0');
}
