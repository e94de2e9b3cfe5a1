import { CommanderError } from 'commander';
import { takeFlags } from './flags.js';
import { type CliCommand, type Invocation, invocationOf } from './invocation.js';
import { buildProgram } from './program.js';

/** What a command line asks for: a command, a text to print (help, version), or something that does not exist. */
export type ParsedArgs =
  | { readonly kind: 'run'; readonly invocation: Invocation }
  | { readonly kind: 'print'; readonly text: string }
  | { readonly kind: 'usage'; readonly problems: readonly string[] };

/** Reads the arguments of a process (without node and the script). No I/O. */
export function parseArgs(args: readonly string[], version: string): ParsedArgs {
  const { flags, rest, problems } = takeFlags(args);
  const parsed = parseCommand(rest, version);
  if (parsed.kind === 'print') return parsed;
  const mistakes = [...problems, ...(parsed.kind === 'usage' ? parsed.problems : [])];
  if (parsed.kind === 'usage' || mistakes.length > 0) return { kind: 'usage', problems: mistakes };
  return { kind: 'run', invocation: invocationOf(parsed.command, flags) };
}

/** Commander quotes an unknown flag with its value, and that may be the password of a flag that was misspelt. */
function problemOf({ message }: CommanderError): string {
  return message
    .replace(/^error: /, '')
    .replace(/^(unknown option '[^'=]*)=.*'/s, "$1'")
    .replaceAll('\n', ' ');
}

type ParsedCommand =
  | Exclude<ParsedArgs, { kind: 'run' }>
  | { readonly kind: 'command'; readonly command: CliCommand };

function parseCommand(args: readonly string[], version: string): ParsedCommand {
  let command: CliCommand | undefined;
  let printed = '';
  const choose = (chosen: CliCommand) => {
    command = chosen;
  };
  const print = (text: string) => {
    printed += text;
  };
  try {
    buildProgram(version, choose, print).parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'print', text: printed };
    return { kind: 'usage', problems: [problemOf(error)] };
  }
  return command === undefined
    ? { kind: 'usage', problems: ['no command was given'] }
    : { kind: 'command', command };
}
