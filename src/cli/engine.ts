import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { standBack } from '../store/thread-priority.js';

/** Bytes of bytecode beyond which V8 11.3 (Node 20) does not optimize a function. */
const USUAL_SIZE = 61_440;
/** The first look at 10,000 accounts is over by then, and what goes on for longer is worth to be optimized. */
const START_MS = 1_000;
/** Where Linux shows the threads of this process. */
const THREADS = '/proc/self/task';

/** Has V8 and its threads stay out of the way of the thread that answers. Call it before the rest of the program is loaded. */
export function tuneEngine(startMs = START_MS): void {
  if (process.versions.v8.startsWith('11.3.')) optimizeLate(startMs);
  if (availableParallelism() === 1) putThreadsBehind();
}

/**
 * Lets V8 optimize nothing at the beginning of a start. What runs then is soon over, and on the one core that a service
 * often has, the optimizing compiler's threads stand in the way of what they are to quicken: a tenth of a start with
 * 10,000 accounts, and more. What has run often by the end of it is optimized as soon as it runs again. Newer versions
 * wait by themselves: they count calls, and have a quicker compiler (Maglev) between.
 */
function optimizeLate(startMs: number): void {
  optimizeUpTo(0);
  setTimeout(() => optimizeUpTo(USUAL_SIZE), startMs).unref();
}

function optimizeUpTo(bytes: number): void {
  setFlagsFromString(`--max-optimized-bytecode-size=${bytes}`);
}

/**
 * Has the threads that are there by now, V8's own and Node's, stand back behind this one where all share one core. V8 has
 * four threads help with a collection of garbage, and on one core they take turns of 4 ms each, with GETs waiting. Its
 * flags for collecting without threads are none for a process that runs (concurrent marking ends it with an assertion).
 */
function putThreadsBehind(): void {
  for (const thread of threadsByNow()) if (thread !== process.pid) standBack(thread);
}

function threadsByNow(): number[] {
  try {
    return readdirSync(THREADS).map(Number);
  } catch {
    // Another system, or one that hides them.
    return [];
  }
}
