import { takeFlags } from './flags.js';
import { type Invocation, invocationOf } from './invocation.js';

/**
 * Reads the command line of a service, which is flags and perhaps `serve`; undefined for any other and for mistakes,
 * which are for `parseArgs`. It would read this one alike, but it needs the description of every command for that.
 */
export function plainServe(args: readonly string[]): Invocation | undefined {
  const { flags, rest, problems } = takeFlags(args);
  const serves = rest.length === 0 || (rest.length === 1 && rest[0] === 'serve');
  return serves && problems.length === 0 ? invocationOf({ name: 'serve' }, flags) : undefined;
}
