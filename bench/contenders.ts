import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isExecutable } from '../src/demo/executables.js';
import type { Accounts } from './accounts.js';

/** The directory of package.json. */
export const PROJECT_ROOT = fileURLToPath(new URL('..', import.meta.url));

/** A program that serves accounts over HTTP. */
export interface Contender {
  readonly name: string;
  /** What to run: program and arguments. */
  command(accounts: Accounts, port: number): readonly string[];
}

/** How this project is run on a port, from its build; `more` says what to serve. */
export function serviceCommand(port: number, more: readonly string[]): readonly string[] {
  const program = resolve(PROJECT_ROOT, 'dist/main.js');
  const listen = ['--listen', `127.0.0.1:${port}`, '--log-level', 'error'];
  return [process.execPath, program, 'serve', ...listen, ...more];
}

/** This project. */
export const SERVICE: Contender = {
  name: 'nats-account-server',
  command: ({ nscDir }, port) => serviceCommand(port, ['--nsc', nscDir]),
};

function ofOurOwn(name: string, file: string): Contender {
  const path = resolve(PROJECT_ROOT, 'bench/servers', file);
  return {
    name,
    command: ({ flatDir }, port) => [process.execPath, path, flatDir, String(port)],
  };
}

/** The ceiling. */
export const BARE_HTTP = ofOurOwn('bare node:http', 'bare-http.mjs');
export const BARE_FASTIFY = ofOurOwn('bare Fastify', 'bare-fastify.mjs');

const GO_BINARY =
  process.env.NATS_ACCOUNT_SERVER_GO ?? resolve(PROJECT_ROOT, '../shared/bin/nats-account-server-go');

/** The archived Go program, where it is: NATS_ACCOUNT_SERVER_GO, or `../shared/bin`. */
export const GO_SERVER: Contender = {
  name: 'Go account server 1.0.3',
  command: ({ flatDir, operatorFile }, port) => [
    GO_BINARY,
    ...['-dir', flatDir, '-operator', operatorFile, '-hp', `127.0.0.1:${port}`],
  ],
};

/** The contenders that can be run here. */
export function present(contenders: readonly Contender[]): Contender[] {
  return contenders.filter((contender) => contender !== GO_SERVER || isExecutable(GO_BINARY));
}
