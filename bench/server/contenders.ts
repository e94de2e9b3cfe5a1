import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isExecutable } from '../../src/demo/executables.js';
import type { Accounts } from '../accounts/directories.js';

/** The directory of package.json. */
export const PROJECT_ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** How a contender is to run. */
export interface RunChoices {
  readonly port: number;
  /** Where it may remember things, if it does. */
  readonly stateDir: string;
  /** More arguments: for this project's program alone. */
  readonly more?: readonly string[];
  /** Arguments of Node.js itself: for this project's program alone. */
  readonly nodeFlags?: readonly string[];
}

/** A program that serves accounts over HTTP. */
export interface Contender {
  readonly name: string;
  /** What to run: program and arguments. */
  command(accounts: Accounts, choices: RunChoices): readonly string[];
}

/** How this project is run, from its build; `source` says what to serve. */
export function serviceCommand(
  source: readonly string[],
  { port, stateDir, more = [], nodeFlags = [] }: RunChoices,
): readonly string[] {
  const program = [process.execPath, ...nodeFlags, resolve(PROJECT_ROOT, 'dist/main.js'), 'serve'];
  const listen = ['--listen', `127.0.0.1:${port}`, '--log-level', 'error'];
  return [...program, ...listen, '--state-dir', stateDir, ...source, ...more];
}

/** This project. */
export const SERVICE: Contender = {
  name: 'nats-account-server',
  command: ({ nscDir }, choices) => serviceCommand(['--nsc', nscDir], choices),
};

/** This project on the directory that the Go server takes. */
export const SERVICE_DIR: Contender = {
  name: 'nats-account-server --dir',
  command: ({ flatDir, operatorFile }, choices) =>
    serviceCommand(['--dir', flatDir, '--operator', operatorFile], choices),
};

function ofOurOwn(name: string, file: string, ...more: string[]): Contender {
  const path = resolve(PROJECT_ROOT, 'bench/server', file);
  return {
    name,
    command: ({ flatDir }, { port }) => [process.execPath, path, flatDir, String(port), ...more],
  };
}

/** The limit of the platform. */
export const BARE_HTTP = ofOurOwn('bare node:http', 'bare-http.mjs');
/** The same with entity tags. */
export const BARE_HTTP_TAGS = ofOurOwn('bare node:http, entity tags', 'bare-http.mjs', 'tags');
/** The limit of the platform for tokens that are kept durably: it syncs as this project does, and does nothing else. */
export const BARE_DURABLE = ofOurOwn('bare node:http, durable', 'bare-durable.mjs');
/** The limit of the framework. */
export const BARE_FASTIFY = ofOurOwn('Fastify, one route', 'bare-fastify.mjs');

const GO_BINARY =
  process.env.NATS_ACCOUNT_SERVER_GO ?? resolve(PROJECT_ROOT, '../shared/bin/nats-account-server-go');

/** The archived Go program, where it is: NATS_ACCOUNT_SERVER_GO, or `../shared/bin`. */
export const GO_SERVER: Contender = {
  name: 'Go account server 1.0.3',
  command: ({ flatDir, operatorFile, goConfigFile }, { port }) => [
    GO_BINARY,
    ...['-c', goConfigFile, '-dir', flatDir, '-operator', operatorFile, '-hp', `127.0.0.1:${port}`],
  ],
};

/** Whether a contender can be run here. */
export const isPresent = (contender: Contender): boolean =>
  contender !== GO_SERVER || isExecutable(GO_BINARY);
