/** What the file thread runs: it does one job after the other and answers each. */
import { parentPort } from 'node:worker_threads';
import { describeError, errorCode } from '../file-errors.js';
import { standBack } from '../thread-priority.js';
import { entriesNow } from './entries.js';
import type { Answer, Job, Sights } from './jobs.js';
import { lookAtFiles } from './plain-files.js';

// Errors are values here, and their stacks cost more than the calls that fail.
Error.stackTraceLimit = 0;

function answer(job: Job): Answer {
  try {
    return job.task === 'list' ? { entries: entriesNow(job.folder) } : { sights: lookAtFiles(job) };
  } catch (error) {
    return { failure: { code: errorCode(error), message: describeError(error) } };
  }
}

/** They change hands and are not copied. */
function buffersOf({ kinds, stamps, modifiedAtMs, ends, room }: Sights): ArrayBuffer[] {
  const buffers = [kinds.buffer, stamps.buffer, modifiedAtMs.buffer, ends.buffer, room];
  return buffers.filter((buffer) => buffer instanceof ArrayBuffer).filter(({ byteLength }) => byteLength > 0);
}

function carryOut(job: Job): void {
  const done = answer(job);
  parentPort?.postMessage(done, 'sights' in done ? buffersOf(done.sights) : []);
}

parentPort?.on('message', (told: Job | 'stand back' | 'end') => {
  if (told === 'end') parentPort?.close();
  else if (told === 'stand back') standBack();
  else carryOut(told);
});
