import { join, relative } from 'node:path';
import { type ConfigSources, readConfig } from '../config/load.js';
import {
  changeDemoAccount,
  connectDemoClient,
  createDemo,
  DEMO_ADDRESSES,
  type Demo,
  type DemoAddresses,
  DemoError,
  type DemoUser,
  demoGuide,
  openDemo,
  runDemoNatsServer,
  showUpdateArriving,
} from '../demo/demo.js';
import { EXIT } from './exit-codes.js';
import { DEMO_DIRECTORY, type DemoAction } from './invocation.js';
import type { Context } from './ports.js';
import { type End, serve } from './serve.js';
import { say, sayProblems, write } from './talk.js';

/** What the demo works on. */
export interface DemoRun {
  readonly directory: string;
  readonly action: DemoAction;
  readonly sources: ConfigSources;
  readonly dump: boolean;
}

/** Runs the demo command; mistakes that a person has to mend end it with one line. */
export async function runDemo(context: Context, run: DemoRun): Promise<number | undefined> {
  try {
    return await demo(context, run);
  } catch (error) {
    if (!(error instanceof DemoError)) throw error;
    say(context.stderr, [error.message]);
    return EXIT.failed;
  }
}

/** The demo brings these itself. */
const FIXED = ['nsc', 'dir', 'memory', 'operator', 'creds', 'user'];

type Print = (line: string) => void;

async function demo(context: Context, run: DemoRun): Promise<number | undefined> {
  const clash = run.sources.flags.find(({ flag }) => FIXED.includes(flag));
  if (clash !== undefined) {
    say(context.stderr, [`demo serves its own operator, so ${clash.spelling} does not go with it`]);
    return EXIT.usage;
  }
  const print: Print = (line) => void context.stdout.write(`${line}\n`);
  switch (run.action.kind) {
    case 'change':
      print((await changeDemoAccount(await openDemo(run.directory))).sentence);
      return EXIT.ok;
    case 'client':
      return runClient(await openDemo(run.directory), run.action.user, print);
    case 'serve':
      return serveDemo(context, run, run.action.withNatsServer ? showWithNatsServer(print) : guide(context));
  }
}

/** Where the two servers of the demo are, unless told otherwise where they always are. */
function demoAddresses(context: Context, sources: ConfigSources): DemoAddresses | undefined {
  const loaded = readConfig(sources);
  if (!loaded.ok) {
    sayProblems(context.stderr, loaded);
    return undefined;
  }
  const { http, nats } = loaded.config;
  const [server] = nats.servers;
  return {
    accountServerUrl: `http://${http.host}:${http.port}`,
    natsListen: server === undefined ? DEMO_ADDRESSES.natsListen : server.replace(/^.*(?:\/\/|@)/, ''),
  };
}

/** What is shown once the demo is served. */
type Show = (demo: Demo, atEnd: (end: End) => void) => Promise<void>;

async function serveDemo(context: Context, run: DemoRun, show: Show): Promise<number | undefined> {
  const addresses = demoAddresses(context, run.sources);
  if (addresses === undefined) return EXIT.failed;
  const made = await createDemo(run.directory, addresses);
  const { flags } = run.sources;
  const ours = { nsc: made.operatorDir, creds: made.systemCredsFile, nats: made.natsUrl };
  const demoFlags = Object.entries(ours).map(([flag, value]) => ({ flag, spelling: 'demo', value }));
  // Everything of the demo goes with its directory.
  const state = { flag: 'state-dir', spelling: 'demo', value: join(made.dir, 'state') };
  const typed = flags.filter(({ flag }) => flag !== 'nats');
  return serve(context, {
    sources: { ...run.sources, flags: [state, ...typed, ...demoFlags] },
    dump: run.dump,
    whenUp: async ({ address }, atEnd) => {
      // The port of `--listen host:0` is only known now.
      const standing = await createDemo(run.directory, {
        accountServerUrl: address.url,
        natsListen: made.natsListen,
      });
      await show({ ...standing, created: made.created }, atEnd);
    },
  });
}

/** Says what to type next. */
function guide({ env, stdout }: Context): Show {
  return async (standing) => {
    const text = demoGuide(standing, { command: typedCommand(env, standing.dir), workingDir: process.cwd() });
    await write(stdout, `\n${text}`);
  };
}

/** Runs a nats-server and clients, and lets a change arrive. */
function showWithNatsServer(print: Print): Show {
  return async (standing, atEnd) => {
    const server = await runDemoNatsServer(standing, print);
    atEnd(() => server.stop());
    await showUpdateArriving(standing, print);
    print('Both servers go on running; Ctrl-C ends them.');
  };
}

/** How the person would start the demo command again. */
function typedCommand(env: NodeJS.ProcessEnv, directory: string): string {
  const program = env.npm_lifecycle_event === 'start' ? 'npm start -- demo' : 'nats-account-server demo';
  const typed = relative(process.cwd(), directory);
  return typed === DEMO_DIRECTORY ? program : `${program} ${quoted(typed)}`;
}

/** A word for a POSIX shell. */
function quoted(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

async function runClient(made: Demo, user: DemoUser, print: Print): Promise<number> {
  const client = await connectDemoClient(made, user, print);
  process.once('SIGINT', () => void client.close());
  const reason = await client.closed;
  if (reason !== '') print(`client ${user}: cut off: ${reason}`);
  return EXIT.ok;
}
