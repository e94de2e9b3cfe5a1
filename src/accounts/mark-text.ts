import { type Mark, UNKNOWN } from './mark.js';
import type { Word } from './tie.js';

/** A mark as a ledger keeps it: `newest inForce hash…`; a hash with `~` was replaced by following another server. */
export function writeMark({ newest, inForce, gone }: Mark): string {
  const hashes = Array.from(gone, ([hash, word]) => (word === 'own' ? hash : `~${hash}`));
  return [newest, inForce, ...hashes].join(' ');
}

/** Reads what {@link writeMark} wrote; undefined when it is something else. */
export function readMark(text: string): Mark | undefined {
  const match = /^(\d+) (\d+)((?: ~?[\w-]{22})*)$/.exec(text);
  if (match === null) return undefined;
  const [, newest, inForce, hashes = ''] = match;
  // Nearly all accounts have none, and there may be 100,000.
  const gone = hashes === '' ? UNKNOWN.gone : new Map(hashes.split(' ').slice(1).map(readHash));
  return { newest: Number(newest), inForce: Number(inForce), gone };
}

function readHash(text: string): [string, Word] {
  return text.startsWith('~') ? [text.slice(1), 'followed'] : [text, 'own'];
}
