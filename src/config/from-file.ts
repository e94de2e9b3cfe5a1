import { INPUTS, type Input } from './inputs.js';
import { parseConfigFile } from './nats-syntax/file.js';
import {
  type BlockNode,
  type ConfigNode,
  describePosition,
  type Entry,
  type ScalarNode,
  SyntaxProblem,
} from './nats-syntax/nodes.js';
import { nearest } from './nearest.js';
import { OBSOLETE_KEYS, type ObsoleteKey } from './obsolete.js';
import type { Setting, Settings } from './settings.js';
import { type ConfigProblem, describeSource, type Source } from './source.js';

/** `ReadTimeout`, `read_timeout` and `readtimeout` are one key, as keys of the Go server are in any case. */
function normalise(key: string): string {
  return key.toLowerCase().replaceAll(/[_-]/g, '');
}

const INPUT_BY_KEY = new Map(
  INPUTS.flatMap((input) => [input.name, ...input.goKeys].map((key) => [normalise(key), input] as const)),
);
/** `http`, `http.tls`: keys that hold further keys. */
const GROUPS = new Set([...INPUT_BY_KEY.keys(), ...OBSOLETE_KEYS.keys()].flatMap(groupsOf));
const KNOWN_KEYS = [...INPUTS.map((input) => input.name), ...INPUTS.flatMap((input) => input.goKeys)];

function groupsOf(key: string): string[] {
  const words = key.split('.');
  return words.slice(1).map((_, index) => words.slice(0, index + 1).join('.'));
}

/** What a configuration file says. A file that cannot be read or parsed is one problem; nothing is thrown. */
export function settingsFromFile(file: string, env: NodeJS.ProcessEnv): Settings {
  try {
    const { root, notices } = parseConfigFile(file, env);
    const walk = new Walk();
    walk.block(root, '');
    return { settings: walk.settings, problems: walk.problems, notices: [...notices, ...walk.notices] };
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    const problem = { where: describePosition(error.at), message: error.message };
    return { settings: [], problems: [problem], notices: [], broken: true };
  }
}

/** One pass over the keys of a file. */
class Walk {
  readonly settings: Setting[] = [];
  readonly problems: ConfigProblem[] = [];
  readonly notices: string[] = [];

  block(block: BlockNode, prefix: string): void {
    for (const entry of block.entries.values()) this.#entry(entry, prefix + entry.key);
  }

  #entry(entry: Entry, key: string): void {
    const normalised = normalise(key);
    const source: Source = { kind: 'file', at: entry.at, key };
    const input = INPUT_BY_KEY.get(normalised);
    const obsolete = OBSOLETE_KEYS.get(normalised);
    if (input !== undefined) this.#set(input, entry.node, source);
    else if (obsolete !== undefined) this.#obsolete(obsolete, entry.node, key, source);
    else if (GROUPS.has(normalised)) this.#group(entry.node, key, source);
    // A key that only names a value for `$key` elsewhere is fine.
    else if (!entry.usedAsVariable) this.#problem(key, source, unknownKey(key));
  }

  #group(node: ConfigNode, key: string, source: Source): void {
    if (node.kind === 'block') this.block(node, `${key}.`);
    else this.#problem(key, source, `is a group of options and needs a block: ${key} { … }`);
  }

  #set(input: Input, node: ConfigNode, source: Source): void {
    // An empty value switches off what a template offers, as in the Go server.
    if (node.kind === 'scalar' && node.text === '') return;
    const texts = textsOf(node, input.kind.reads === 'many');
    if (texts === undefined)
      this.#problem(input.name, source, `takes ${expected(input)}, not ${described(node)}`);
    else this.settings.push({ input, texts, source });
  }

  #obsolete(obsolete: ObsoleteKey, node: ConfigNode, key: string, source: Source): void {
    const text = node.kind === 'scalar' ? node.text : undefined;
    if (text === '' || (text !== undefined && text === obsolete.quietFor)) return;
    if (obsolete.refused) this.#problem(key, source, obsolete.message);
    else this.notices.push(`${describeSource(source)}: ${obsolete.message}`);
  }

  #problem(option: string, source: Source, message: string): void {
    this.problems.push({ option, where: describeSource(source), message });
  }
}

function textsOf(node: ConfigNode, many: boolean): readonly string[] | undefined {
  if (node.kind === 'scalar') return [node.text];
  if (node.kind === 'block' || !many) return undefined;
  const scalars = node.items.filter((item): item is ScalarNode => item.kind === 'scalar');
  return scalars.length === node.items.length ? scalars.map((item) => item.text) : undefined;
}

const expected = (input: Input): string =>
  input.kind.reads === 'many' ? 'a value or a list of values' : 'one value';

function described(node: ConfigNode): string {
  if (node.kind === 'block') return 'a block';
  return node.kind === 'list' ? 'this list' : 'a value';
}

function unknownKey(key: string): string {
  const meant = nearest(key, KNOWN_KEYS) ?? nearestByLastWord(key);
  return meant === undefined ? 'is not known' : `is not known; did you mean ${meant}?`;
}

/** `port` on the top level means `http.port`. */
function nearestByLastWord(key: string): string | undefined {
  const meant = nearest(lastWord(key), KNOWN_KEYS.map(lastWord));
  return KNOWN_KEYS.find((known) => lastWord(known) === meant);
}

function lastWord(key: string): string {
  return key.split('.').at(-1) ?? '';
}
