import type { Log } from '../accounts/ports.js';
import { describeConfig } from '../config/describe.js';
import { type ConfigSources, loadConfig } from '../config/load.js';
import type { Config } from '../config/schema.js';
import { describeProblem } from '../config/source.js';
import { announce } from './announce.js';
import { EXIT } from './exit-codes.js';
import type { Context, ProcessLog, RunningApp } from './ports.js';
import { printableJson } from './printable.js';
import { supervise } from './supervise.js';
import { say, sayProblems, startupProblems, write } from './talk.js';

/** Ends something that runs beside the service. */
export type End = () => Promise<void>;

/** What to serve and how. */
export interface Serving {
  readonly sources: ConfigSources;
  readonly dump: boolean;
  /** Runs when all is up; what it hands to `atEnd` is ended before the service is, however that comes about. */
  readonly whenUp?: (app: RunningApp, atEnd: (end: End) => void) => Promise<void>;
}

/** Starts the service and leaves it running until a signal ends the process. Gives an exit code only if it does not start. */
export async function serve(context: Context, serving: Serving): Promise<number | undefined> {
  const loaded = loadConfig(serving.sources);
  if (!loaded.ok) {
    sayProblems(context.stderr, loaded);
    return EXIT.failed;
  }
  const { config } = loaded;
  const log = await context.createLog(config.logging);
  log.info({ version: context.version }, `starting nats-account-server, version ${context.version}`);
  for (const notice of loaded.notices) log.warn({}, notice);
  return start(context, serving, config, log);
}

async function start(
  context: Context,
  serving: Serving,
  config: Config,
  log: ProcessLog,
): Promise<number | undefined> {
  const starting = context.startApp(config, { log, version: context.version });
  const ends: End[] = [];
  const close: End = async () => {
    for (const end of ends.splice(0)) await end();
    await (await starting).close();
  };
  supervise({ close, reload: async () => reload(await starting, serving.sources, log) }, log);
  try {
    const app = await starting;
    announce(app.address, log);
    if (serving.dump) await write(context.stdout, `${printableJson(describeConfig(config), 2)}\n`);
    await serving.whenUp?.(app, (end) => ends.push(end));
    return undefined;
  } catch (error) {
    // When it was the start that failed there is nothing to close, and that very error is about to be told.
    await close().catch(() => undefined);
    return failToStart(context, error);
  }
}

function failToStart({ stderr }: Context, error: unknown): number {
  const problems = startupProblems(error);
  // Anything else is a fault of the program: whoever reports it needs the stack.
  if (problems === undefined) throw error;
  say(stderr, problems);
  return EXIT.failed;
}

async function reload(app: RunningApp, sources: ConfigSources, log: Log): Promise<void> {
  const loaded = loadConfig(sources);
  for (const notice of loaded.notices) log.warn({}, notice);
  const problems = loaded.ok ? await applyConfig(app, loaded.config) : loaded.problems.map(describeProblem);
  for (const problem of problems) log.error({}, problem);
  app.countReload(problems.length > 0 ? 'refused' : 'done');
  if (problems.length > 0) log.error({}, 'not reloaded: the configuration in force stays as it was');
}

async function applyConfig(app: RunningApp, config: Config): Promise<readonly string[]> {
  try {
    await app.reload(config);
    return [];
  } catch (error) {
    const problems = startupProblems(error);
    if (problems === undefined) throw error;
    return problems;
  }
}
