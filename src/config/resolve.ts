import { blockAt, type ConfigData } from './describe.js';
import type { Reading } from './reading.js';
import { type Config, type NamedOption, OPTION_LIST } from './schema.js';
import type { Setting } from './settings.js';
import { type ConfigProblem, describeSource, LAYERS, type Source } from './source.js';

/** The value that an option has, and where it comes from; `undefined`: its default. */
export interface Origin {
  readonly option: NamedOption;
  readonly value: unknown;
  readonly source: Source | undefined;
  /** It was set, but to something unreadable: there is a problem already, and no use in saying that it is missing. */
  readonly failed: boolean;
}

/** What all sources together say, not yet checked against each other. */
export interface Resolved {
  readonly config: Config;
  /** By option name. */
  readonly origins: ReadonlyMap<string, Origin>;
  readonly problems: readonly ConfigProblem[];
}

/** A text read as its option's value. */
interface Value {
  readonly option: NamedOption;
  readonly value: unknown;
  readonly source: Source;
}

/** Reads every text and lets the strongest source win: defaults < file < environment < flags. Later beats earlier. */
export function resolveSettings(settings: readonly Setting[]): Resolved {
  const problems: ConfigProblem[] = [];
  const values = settings.flatMap((setting) => valuesOf(setting, problems));
  const failed = new Set(problems.map((problem) => problem.option?.replace(/_file$/, '')));
  const origins = new Map(OPTION_LIST.map((option) => [option.name, originOf(option, values, failed)]));
  putWeakerRivalsAside(origins);
  return { config: buildConfig(origins), origins, problems };
}

function valuesOf(setting: Setting, problems: ConfigProblem[]): Value[] {
  const { input, source } = setting;
  const report = (option: string, message: string) =>
    problems.push({ option, where: describeSource(source), message });
  const assigned = input.assign(setting.texts);
  if (!assigned.ok) {
    report(input.name, assigned.message);
    return [];
  }
  return assigned.value.flatMap(({ option, texts }) => {
    const reading: Reading<unknown> = option.option.kind.read(texts);
    if (reading.ok) return [{ option, value: reading.value, source }];
    report(option.name, reading.message);
    return [];
  });
}

function originOf(option: NamedOption, values: readonly Value[], failures: ReadonlySet<unknown>): Origin {
  const failed = failures.has(option.name);
  const ours = values.filter((value) => value.option === option);
  const layer = LAYERS.findLast((kind) => ours.some((value) => value.source.kind === kind));
  const strongest = ours.filter((value) => value.source.kind === layer);
  const last = strongest.at(-1);
  if (last === undefined) return { option, value: option.option.initial, source: undefined, failed };
  const { merge } = option.option.kind;
  const value = merge === undefined ? last.value : strongest.map((each) => each.value).reduce(merge);
  return { option, value, source: last.source, failed };
}

/** Whether the option is in use: `--no-memory` names no store. */
export function isNamed(origin: Origin): boolean {
  return origin.source !== undefined && origin.value !== false;
}

/** `--nsc` puts a `store.dir` of the file aside, `--creds` a user name of the environment. */
function putWeakerRivalsAside(origins: Map<string, Origin>): void {
  for (const [name, origin] of origins) {
    const rivals = [...origins.values()].filter((other) => areRivals(origin, other) && isNamed(other));
    if (rivals.some((rival) => rank(rival) > rank(origin)))
      origins.set(name, { ...origin, value: origin.option.option.initial, source: undefined });
  }
}

function rank(origin: Origin): number {
  return origin.source === undefined ? -1 : LAYERS.indexOf(origin.source.kind);
}

/** Whether two options exclude each other. */
export function areRivals(a: Origin, b: Origin): boolean {
  const [ours, theirs] = [a.option.option.rivals, b.option.option.rivals];
  return ours !== undefined && ours.group === theirs?.group && ours.side !== theirs.side;
}

function buildConfig(origins: ReadonlyMap<string, Origin>): Config {
  const root: ConfigData = {};
  for (const { option, value } of origins.values()) {
    blockAt(root, option.path.slice(0, -1))[option.path.at(-1) ?? ''] = value;
  }
  // Built along the paths of the very table that Config is derived from, each value read by its own kind.
  return root as unknown as Config;
}
