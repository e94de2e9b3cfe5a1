import { CONFIG_VARIABLE } from '../config/from-environment.js';
import { expandHome } from '../config/kinds.js';
import type { ConfigSources } from '../config/load.js';
import type { ParsedArgs } from './args.js';
import { EXIT } from './exit-codes.js';
import type { Invocation } from './invocation.js';
import { plainServe } from './plain-serve.js';
import type { Context } from './ports.js';
import { serve } from './serve.js';
import { say, write } from './talk.js';

/**
 * Runs a command line (without node and the script) to its end.
 * @returns the exit code; undefined while a service goes on running, which signals then end
 */
export async function runCli(args: readonly string[], context: Context): Promise<number | undefined> {
  const parsed = await parse(args, context.version);
  switch (parsed.kind) {
    case 'print':
      await write(context.stdout, parsed.text);
      return EXIT.ok;
    case 'usage':
      say(context.stderr, [...parsed.problems, 'see nats-account-server --help']);
      return EXIT.usage;
    case 'run':
      return runCommand(parsed.invocation, context);
  }
}

/** What the service itself does not need is loaded for those who ask for it. */
async function parse(args: readonly string[], version: string): Promise<ParsedArgs> {
  const invocation = plainServe(args);
  if (invocation !== undefined) return { kind: 'run', invocation };
  return (await import('./args.js')).parseArgs(args, version);
}

async function runCommand(
  { command, flags, configFile, dump }: Invocation,
  context: Context,
): Promise<number | undefined> {
  const { env } = context;
  const file = configFile ?? (env[CONFIG_VARIABLE] || undefined);
  const sources: ConfigSources = { flags, env, file: file === undefined ? undefined : expandHome(file) };
  switch (command.name) {
    case 'serve':
      return serve(context, { sources, dump });
    case 'check-config':
      return (await import('./check-config.js')).checkConfiguration(context, sources, dump);
    case 'demo':
      return (await import('./demo.js')).runDemo(context, { ...command, sources, dump });
    case 'fleet':
      return (await import('./fleet/fleet.js')).fleet(context, command.request, sources);
    case 'sys':
      return (await import('./sys/sys.js')).sys(context, command.request, sources);
    case 'audit':
      return (await import('./audit/audit.js')).audit(context, command.request, sources);
    case 'inspect':
      return (await import('./inspect/inspect.js')).inspect(context, command, sources);
  }
}
