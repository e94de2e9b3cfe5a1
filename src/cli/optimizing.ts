import { setFlagsFromString } from 'node:v8';

/** Instructions that a function may run before V8 thinks of optimizing it, weighed; V8's own choice is 67,584. */
const LATE_BUDGET = 1_000_000;

/**
 * Lets V8 optimize a function only when it has run for long. What a start runs is soon over, and on the one core that a
 * service often has, the optimizing compiler's threads stand in the way of what they are to quicken: a fifth of the
 * processor time of a start with 10,000 accounts. V8 12 (Node 22) and newer wait by themselves: they count calls, and
 * have a quicker compiler (Maglev) between. Call it before the rest of the program is loaded.
 */
export function optimizeLate(v8Version: string): void {
  if (v8Version.startsWith('11.')) setFlagsFromString(`--interrupt-budget=${LATE_BUDGET}`);
}
