import { relative } from 'node:path';
import type { Demo } from './demo-directory.js';
import { DEMO_NAMES } from './layout.js';

/** How the person started the demo, so that the guide can say it the same way. */
export interface GuideContext {
  /** What runs the demo command: `npm start -- demo` or `nats-account-server demo DIR`. */
  readonly command: string;
  /** The directory in which the person will type; paths are shown relative to it. */
  readonly workingDir: string;
}

/** What to type next in a second terminal, step by step; plain text that ends with a newline. */
export function demoGuide(demo: Demo, context: GuideContext): string {
  const path = (file: string): string => quoted(relative(context.workingDir, file) || '.');
  const creds = path(demo.credsFile(DEMO_NAMES.account, DEMO_NAMES.guest));
  return [
    `${demo.created ? 'Made' : 'Using'} the demo in ${path(demo.dir)}: operator "${DEMO_NAMES.operator}" in the layout of nsc.`,
    `Its accounts are served at ${demo.accountServerUrl}. In a second terminal, in this directory:`,
    '',
    '1. Fetch an account JWT, as nats-server does:',
    `     curl ${demo.accountServerUrl}/jwt/v1/accounts/${demo.appAccountKey}`,
    '',
    '2. Start a nats-server that gets its accounts here:',
    `     nats-server -c ${path(demo.natsConfigFile)}`,
    '',
    '3. In a third terminal, connect a client of the account APP:',
    `     nats --server ${demo.natsUrl} --creds ${creds} subscribe 'greet.>'`,
    '   or, without the nats command:',
    `     ${context.command} --client ${DEMO_NAMES.guest}`,
    '',
    '4. Change the account: revoke that user, and watch the client being cut off at once:',
    `     nsc ${nscDirs(demo, path)} revocations add-user --account ${DEMO_NAMES.account} --name ${DEMO_NAMES.guest}`,
    '   or, without nsc (once more lets the user in again):',
    `     ${context.command} --change`,
    '',
    `All of it in one go: ${context.command} --with-nats-server`,
    '',
  ].join('\n');
}

/** The options that make nsc work on the demo and leave the user's own directories alone. */
function nscDirs(demo: Demo, path: (file: string) => string): string {
  const [config, stores, keys] = [demo.nscConfigDir, demo.storesDir, demo.keystoreDir].map(path);
  return `--config-dir ${config} --data-dir ${stores} --keystore-dir ${keys}`;
}

/** A word for a POSIX shell. */
function quoted(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
