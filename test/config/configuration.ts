import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FlagSetting } from '../../src/config/from-flags.js';
import { type LoadedConfig, loadConfig } from '../../src/config/load.js';
import type { Config } from '../../src/config/schema.js';
import { describeProblem } from '../../src/config/source.js';
import { mintAccount, mintCreds, mintOperator } from '../support/mint.js';
import { tempDir } from '../support/temp.js';

/** What a test configures. */
export interface Choices {
  readonly flags?: Readonly<Record<string, string>>;
  readonly env?: NodeJS.ProcessEnv;
  /** The text of a configuration file. */
  readonly file?: string;
}

/** What creds have to be is looked at; of other files the content does not matter here. */
const CREDS = mintCreds(mintAccount(mintOperator()));

/** A directory with everything that options may name, in which a configuration is tried out. */
export class Place {
  readonly dir = tempDir();
  readonly nsc = join(this.dir, 'acme');
  readonly file = join(this.dir, 'as.conf');

  constructor() {
    mkdirSync(this.nsc);
    writeFileSync(join(this.nsc, '.nsc'), '{"name":"acme"}');
    mkdirSync(join(this.dir, 'jwt'));
    for (const name of ['op.jwt', 'sys.jwt', 'cert.pem', 'key.pem', 'ca.pem']) this.write(name, name);
    this.write('sys.creds', CREDS);
  }

  path(name: string): string {
    return join(this.dir, name);
  }

  write(name: string, text: string): string {
    writeFileSync(this.path(name), text);
    return this.path(name);
  }

  load({ flags = {}, env = {}, file }: Choices): LoadedConfig {
    if (file !== undefined) writeFileSync(this.file, file);
    return loadConfig({ flags: asFlags(flags), env, file: file === undefined ? undefined : this.file });
  }

  /** The configuration; fails the test when there is none. */
  config(choices: Choices): Config {
    const loaded = this.load(choices);
    if (loaded.ok) return loaded.config;
    throw new Error(loaded.problems.map(describeProblem).join('\n'));
  }

  /** The problems as lines, with the directory cut out of them. */
  problems(choices: Choices): string[] {
    const loaded = this.load(choices);
    return loaded.ok ? [] : loaded.problems.map(describeProblem).map((line) => this.#short(line));
  }

  notices(choices: Choices): string[] {
    return this.load(choices).notices.map((line) => this.#short(line));
  }

  #short(line: string): string {
    return line.replaceAll(`${this.dir}/`, '');
  }
}

function asFlags(flags: Readonly<Record<string, string>>): FlagSetting[] {
  return Object.entries(flags).map(([flag, value]) => ({ flag, spelling: `--${flag}`, value }));
}
