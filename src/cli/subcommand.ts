import { type Command, CommanderError } from 'commander';
import type { CliCommand } from './invocation.js';

/** Hears which command was chosen. */
export type Choose = (command: CliCommand) => void;

/** Adds a command that takes no more arguments than it names. */
export function subcommand(program: Command, name: string): Command {
  return program.command(name).allowExcessArguments(false);
}

/** Ends the reading of a command line that makes no sense. */
export function fail(message: string): never {
  throw new CommanderError(2, 'usage', message);
}
