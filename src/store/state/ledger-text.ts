import type { LedgerSource } from '../../accounts/ledger.js';
import { LEDGER_HEADING, ledgerLine } from './ledger-line.js';
import type { GrowingFile } from './state-files.js';

/** So much is handed to the system at once. */
const CHUNK_BYTES = 262_144;

/** One line for each of these keys that is still known. */
export function linesOf(source: LedgerSource, keys: ReadonlySet<string>): string {
  let text = '';
  for (const key of keys) {
    const value = source.value(key);
    if (value !== undefined) text += ledgerLine(key, value);
  }
  return text;
}

/** Writes everything, piece by piece; answers how many bytes that was. */
export async function writeAll(file: GrowingFile, source: LedgerSource): Promise<number> {
  let written = 0;
  let text = LEDGER_HEADING;
  const put = async (): Promise<void> => {
    const bytes = Buffer.from(text, 'latin1');
    await file.append(bytes);
    written += bytes.length;
    text = '';
  };
  for (const [key, value] of source.entries()) {
    text += ledgerLine(key, value);
    if (text.length > CHUNK_BYTES) await put();
  }
  await put();
  return written;
}
