/** What the thread of saves runs: saves side by side, each by synchronous calls. */
import { parentPort } from 'node:worker_threads';
import { callsNow } from './calls-now.js';
import { Replacing } from './replacement.js';
import { packError, type Said, type Told } from './wire.js';

let underWay = 0;
const { files, calls } = callsNow(() => underWay <= 1);
const saver = new Replacing(files, calls);
const say = (said: Said): void => parentPort?.postMessage(said);

async function carryOut({ id, order }: Exclude<Told, 'end'>): Promise<void> {
  underWay++;
  try {
    say({ id, result: await saver.save(order, (note) => say({ id, note })) });
  } catch (error) {
    say({ id, failure: packError(error) });
  } finally {
    underWay--;
  }
}

parentPort?.on('message', (told: Told) => {
  if (told === 'end') parentPort?.close();
  else void carryOut(told);
});
