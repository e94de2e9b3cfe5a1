import { once } from 'node:events';
import type { LoadedConfig } from '../config/load.js';
import { describeProblem } from '../config/source.js';
import { scrub } from '../observability/scrubber.js';
import type { Output } from './ports.js';
import { printable } from './printable.js';

const PROGRAM = 'nats-account-server';

/** Writes text and waits while the reader is slow. */
export async function write(output: Output, text: string): Promise<void> {
  if (text !== '' && !output.write(text)) await once(output, 'drain');
}

/** Says each sentence on a line of its own, after the name of the program. What looks like a secret in it is masked. */
export function say(output: Output, sentences: readonly string[]): void {
  for (const sentence of sentences) output.write(`${PROGRAM}: ${printable(scrub(sentence))}\n`);
}

/** Says what is wrong with a configuration, and what else is worth knowing about it. */
export function sayProblems(output: Output, loaded: LoadedConfig): void {
  const problems = loaded.ok ? [] : loaded.problems;
  say(output, [...problems.map(describeProblem), ...loaded.notices.map((notice) => `note: ${notice}`)]);
}

/** The sentences of a start-up mistake (an error with `problems`), or undefined for any other error. */
export function startupProblems(error: unknown): readonly string[] | undefined {
  if (!(error instanceof Error) || !('problems' in error) || !Array.isArray(error.problems)) return undefined;
  return error.problems.map(String);
}
