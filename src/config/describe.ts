import { type Config, OPTION_LIST } from './schema.js';

/** Configuration as plain JSON data. */
export interface ConfigData {
  [key: string]: unknown;
}

/** The configuration as JSON data in the shape of a configuration file, with secrets and userinfo masked. */
export function describeConfig(config: Config): ConfigData {
  const root: ConfigData = {};
  for (const { name, path, option } of OPTION_LIST) {
    const value = path.reduce<unknown>(member, config);
    const words = name.split('.');
    // The value was read by this very kind, so the kind can show it.
    if (value !== undefined)
      blockAt(root, words.slice(0, -1))[words.at(-1) ?? name] = option.kind.show(value as never);
  }
  return root;
}

function member(value: unknown, word: string): unknown {
  return new Map<string, unknown>(Object.entries(value ?? {})).get(word);
}

/** The block at the end of the way, made where it is missing. */
export function blockAt(root: ConfigData, way: readonly string[]): ConfigData {
  return way.reduce((block, word) => {
    const inner = block[word];
    if (isBlock(inner)) return inner;
    const made: ConfigData = {};
    block[word] = made;
    return made;
  }, root);
}

function isBlock(value: unknown): value is ConfigData {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
