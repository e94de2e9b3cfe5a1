import { checkConfig, type Findings, NOTHING_FOUND } from './check.js';
import { settingsFromEnvironment } from './from-environment.js';
import { settingsFromFile } from './from-file.js';
import { type FlagSetting, settingsFromFlags } from './from-flags.js';
import { type Resolved, resolveSettings } from './resolve.js';
import type { Config } from './schema.js';
import { NO_SETTINGS } from './settings.js';
import type { ConfigProblem } from './source.js';

/** Where the configuration comes from. */
export interface ConfigSources {
  readonly flags: readonly FlagSetting[];
  readonly env: NodeJS.ProcessEnv;
  /** The configuration file, if there is one. */
  readonly file: string | undefined;
}

/** The configuration, or all that is wrong with it. `notices`: what is allowed but should be known. */
export type LoadedConfig =
  | { readonly ok: true; readonly config: Config; readonly notices: readonly string[] }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[]; readonly notices: readonly string[] };

/**
 * Reads the configuration from all sources (defaults < file < environment < flags), checks it and collects every
 * mistake. Reads the files that the sources name, changes nothing.
 */
export function loadConfig(sources: ConfigSources): LoadedConfig {
  const { resolved, said } = gather(sources);
  const findings = said.broken ? NOTHING_FOUND : checkConfig(resolved);
  return outcome(resolved, {
    problems: [...said.problems, ...resolved.problems, ...findings.problems],
    notices: [...said.notices, ...findings.notices],
  });
}

/**
 * As {@link loadConfig}, but options are only read, not checked against each other and the disk: for commands that need
 * just some of them.
 */
export function readConfig(sources: ConfigSources): LoadedConfig {
  const { resolved, said } = gather(sources);
  return outcome(resolved, { problems: [...said.problems, ...resolved.problems], notices: said.notices });
}

/**
 * As {@link loadConfig}, but only what is said of the connection to NATS is checked against each other and the disk: for
 * commands that need no store.
 */
export function loadNatsConfig(sources: ConfigSources): LoadedConfig {
  const { resolved, said } = gather(sources);
  const { problems } = said.broken ? NOTHING_FOUND : checkConfig(resolved);
  const ours = problems.filter(({ option }) => option?.startsWith('nats.'));
  return outcome(resolved, {
    problems: [...said.problems, ...resolved.problems, ...ours],
    notices: said.notices,
  });
}

function outcome({ config }: Resolved, { problems, notices }: Findings): LoadedConfig {
  return problems.length > 0 ? { ok: false, problems, notices } : { ok: true, config, notices };
}

function gather({ flags, env, file }: ConfigSources) {
  const sources = [
    file === undefined ? NO_SETTINGS : settingsFromFile(file, env),
    settingsFromEnvironment(env),
    settingsFromFlags(flags),
  ];
  const said = {
    problems: sources.flatMap((source) => source.problems),
    notices: sources.flatMap((source) => source.notices),
    broken: sources.some((source) => source.broken),
  };
  return { said, resolved: resolveSettings(sources.flatMap((source) => source.settings)) };
}
