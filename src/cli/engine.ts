import { readdirSync } from 'node:fs';
import { availableParallelism, setPriority } from 'node:os';
import { setFlagsFromString } from 'node:v8';

/** Instructions that a function may run before V8 11.3 (Node 20) thinks of optimizing it, weighed: its own choice... */
const USUAL_BUDGET = 67_584;
/** ...and ours during a start. */
const LATE_BUDGET = 1_000_000;
/** A start with 100,000 accounts is over by then. */
const START_MS = 5_000;
/** As far behind as the thread that reads files. */
const BEHIND = 5;

/** Where Linux shows the threads of this process. */
const THREADS = '/proc/self/task';

/** Has V8 and its threads stay out of the way of the thread that answers. Call it before the rest of the program is loaded. */
export function tuneEngine(startMs = START_MS): void {
  if (process.versions.v8.startsWith('11.3.')) optimizeLate(startMs);
  if (availableParallelism() === 1) putThreadsBehind();
}

/**
 * Lets V8 optimize a function during a start only when it has run for long. What runs then is soon over, and on the one
 * core that a service often has, the optimizing compiler's threads stand in the way of what they are to quicken: a tenth
 * of a start with 10,000 accounts, and more. Newer versions wait by themselves: they count calls, and have a quicker
 * compiler (Maglev) between.
 */
function optimizeLate(startMs: number): void {
  setFlagsFromString(`--interrupt-budget=${LATE_BUDGET}`);
  setTimeout(() => setFlagsFromString(`--interrupt-budget=${USUAL_BUDGET}`), startMs).unref();
}

/**
 * Has the threads that are there by now, V8's own and Node's, stand back behind this one where all share one core. V8 has
 * four threads help with a collection of garbage, and on one core they take turns of 4 ms each, with GETs waiting. Its
 * flags for collecting without threads are none for a process that runs (concurrent marking ends it with an assertion).
 */
function putThreadsBehind(): void {
  if (process.platform !== 'linux') return;
  try {
    const threads = readdirSync(THREADS).map(Number);
    for (const thread of threads) if (thread !== process.pid) setPriority(thread, BEHIND);
  } catch {
    // Where that is forbidden, or one has just ended, they stay as they were.
  }
}
