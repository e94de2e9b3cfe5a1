/** What the thread of saves runs: saves side by side, each by synchronous calls. */
import { parentPort } from 'node:worker_threads';
import { callsNow } from './calls-now.js';
import { LedgerLines, NameLost } from './ledger-lines.js';
import { Replacing } from './replacement.js';
import { type LedgerEnd, packError, type Said, type Told } from './wire.js';

let underWay = 0;
const { files, calls } = callsNow(() => underWay <= 1);
const saver = new Replacing(files, calls);
const ledger = new LedgerLines();
const say = (said: Said): void => parentPort?.postMessage(said);

async function carryOut({ id, order, entries }: Exclude<Told, 'end'>): Promise<void> {
  underWay++;
  // The lines are for the ledger whatever becomes of the order: those who come later rely on them too.
  const first = entries && ledger.add(entries.file, entries.text);
  const end = first?.then(() => WRITTEN, lostBy);
  try {
    const result = await saver.save(order, (note) => say({ id, note }), first);
    say({ id, result, ledger: await end });
  } catch (error) {
    say({ id, failure: packError(error), ledger: await end });
  } finally {
    underWay--;
  }
}

const WRITTEN: LedgerEnd = { kind: 'written' };

function lostBy(error: unknown): LedgerEnd {
  return error instanceof NameLost ? { kind: 'renamed' } : { kind: 'failed', failure: packError(error) };
}

parentPort?.on('message', (told: Told) => {
  if (told === 'end') parentPort?.close();
  else void carryOut(told);
});
