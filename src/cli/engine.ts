import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { standBack } from '../store/thread-priority.js';

/** When V8 11.3 (Node 20) optimizes a function, by itself... */
const USUALLY: Patience = { looks: 3, atOnceUpToBytes: 81 };
/** ...and during a start: never. */
const NEVER: Patience = { looks: 1_000_000, atOnceUpToBytes: 0 };
/** The first look at 10,000 accounts is over by then, and what goes on for longer is worth to be optimized. */
const START_MS = 1_000;
/** Where Linux shows the threads of this process. */
const THREADS = '/proc/self/task';

/** Has V8 and its threads stay out of the way of the thread that answers. Call it before the rest of the program is loaded. */
export function tuneEngine(startMs = START_MS): void {
  if (process.versions.v8.startsWith('11.3.')) optimizeLate(startMs);
  if (availableParallelism() === 1) putThreadsBehind();
}

/** How long V8 watches a function before it optimizes it. */
interface Patience {
  /** So many looks, each after some thousand instructions of the function... */
  readonly looks: number;
  /** ...or one, for functions that have no more bytecode than this. */
  readonly atOnceUpToBytes: number;
}

/**
 * Lets V8 optimize nothing at the beginning of a start. What runs then is soon over, and on the one core that a service
 * often has, the optimizing compiler's threads stand in the way of what they are to quicken: a tenth of a start with
 * 10,000 accounts, and more. Newer versions wait by themselves: they count calls, and have a quicker compiler (Maglev)
 * between.
 *
 * V8 goes on looking meanwhile, so that what has run often is optimized at the first look after the start. (With
 * `--max-optimized-bytecode-size` or `--interrupt-budget` it would put off that look for what it has looked at: for good,
 * or for many thousand GETs. TieringManager::InterruptBudgetFor, src/execution/tiering-manager.cc.)
 */
function optimizeLate(startMs: number): void {
  optimizeAfter(NEVER);
  setTimeout(() => optimizeAfter(USUALLY), startMs).unref();
}

function optimizeAfter({ looks, atOnceUpToBytes }: Patience): void {
  setFlagsFromString(`--ticks-before-optimization=${looks}`);
  setFlagsFromString(`--max-bytecode-size-for-early-opt=${atOnceUpToBytes}`);
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
