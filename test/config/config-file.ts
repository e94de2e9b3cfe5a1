import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseConfigFile } from '../../src/config/nats-syntax/file.js';
import type { ConfigNode } from '../../src/config/nats-syntax/nodes.js';
import { tempDir } from '../support/temp.js';

/** Plain data with every value as its text. */
export type Plain = string | Plain[] | { [key: string]: Plain };

/** Writes files into a new directory and gives the path of the first. */
export function writeFiles(files: Record<string, string>): string {
  const dir = tempDir();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  return join(dir, Object.keys(files)[0] ?? '');
}

const file = join(tempDir(), 'as.conf');

/** Parses a text as a configuration file. */
export function parse(text: string, env: NodeJS.ProcessEnv = {}): Plain {
  writeFileSync(file, text);
  return plain(parseConfigFile(file, env).root);
}

/** What a node says, without its places. */
export function plain(node: ConfigNode): Plain {
  if (node.kind === 'scalar') return node.text;
  if (node.kind === 'list') return node.items.map(plain);
  return Object.fromEntries([...node.entries].map(([key, entry]) => [key, plain(entry.node)]));
}
