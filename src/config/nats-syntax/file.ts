import { dirname, resolve } from 'node:path';
import { readNamedText } from '../named-text.js';
import { type BlockNode, type ConfigNode, describePosition, type Position, SyntaxProblem } from './nodes.js';
import { type ParseContext, parseConfig, parseValue } from './parser.js';

/** A parsed file, with what was odd about it. */
export interface ConfigFile {
  readonly root: BlockNode;
  readonly notices: readonly string[];
}

/**
 * Reads and parses a configuration file with all that it includes. `$NAME` finds keys above, then the environment.
 * @throws SyntaxProblem with the place; also for files that cannot be read.
 */
export function parseConfigFile(file: string, env: NodeJS.ProcessEnv): ConfigFile {
  const reading = new Reading(env);
  const root = reading.file(file, resolve(file), { file, line: 0, column: 0 });
  return { root, notices: reading.notices };
}

/** One run over a file and what it includes. */
class Reading {
  readonly notices: string[] = [];
  readonly #env: NodeJS.ProcessEnv;
  /** The files being read, outermost first: an include of one of them goes in circles. */
  readonly #open: string[] = [];
  readonly #variables = new Set<string>();

  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env;
  }

  file(shown: string, path: string, at: Position): BlockNode {
    if (this.#open.includes(path))
      throw new SyntaxProblem(`include goes in circles: ${[...this.#open, path].join(' → ')}`, at);
    this.#open.push(path);
    const root = parseConfig(readConfigText(path, at), shown, this.#context(path));
    this.#open.pop();
    return root;
  }

  #context(path: string): ParseContext {
    return {
      include: (file, at) => {
        const target = resolve(dirname(path), file);
        return this.file(target, target, at);
      },
      variable: (name, at) => this.#environment(name, at, path),
      notice: (message, at) => this.notices.push(`${describePosition(at)}: ${message}`),
    };
  }

  /**
   * A value of the environment is read as if it stood in the file. Text that is no single value counts whole, so that
   * a password may hold any character (nats-server refuses some and cuts others short).
   */
  #environment(name: string, at: Position, path: string): ConfigNode | undefined {
    const text = this.#env[name];
    if (text === undefined) return undefined;
    if (this.#variables.has(name)) throw new ReferenceCycle(`$${name} refers to itself`, at);
    this.#variables.add(name);
    const node = this.#valueIn(text.trim(), name, path);
    this.#variables.delete(name);
    return node ?? { kind: 'scalar', text, at };
  }

  #valueIn(text: string, name: string, path: string): ConfigNode | undefined {
    try {
      return parseValue(text, `$${name}`, this.#context(path));
    } catch (error) {
      if (error instanceof ReferenceCycle || !(error instanceof SyntaxProblem)) throw error;
      return undefined;
    }
  }
}

class ReferenceCycle extends SyntaxProblem {}

function readConfigText(path: string, at: Position): string {
  const text = readNamedText(path);
  if (!text.ok) throw new SyntaxProblem(`cannot read ${path}: ${text.message}`, at);
  // An editor's byte order mark is no part of the first key.
  return text.value.replace(/^\ufeff/, '');
}
