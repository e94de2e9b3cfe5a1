import { describeConfig } from '../config/describe.js';
import { type ConfigSources, loadConfig } from '../config/load.js';
import { EXIT } from './exit-codes.js';
import type { Context } from './ports.js';
import { printableJson } from './printable.js';
import { say, sayProblems, write } from './talk.js';

/** Checks the configuration and says everything that is wrong with it; nothing is started or changed. */
export async function checkConfiguration(
  context: Context,
  sources: ConfigSources,
  dump: boolean,
): Promise<number> {
  const loaded = loadConfig(sources);
  sayProblems(context.stderr, loaded);
  if (!loaded.ok) return EXIT.failed;
  if (dump) await write(context.stdout, `${printableJson(describeConfig(loaded.config), 2)}\n`);
  else say(context.stderr, ['the configuration is good']);
  return EXIT.ok;
}
