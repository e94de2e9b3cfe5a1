import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findNatsServer } from '../../src/demo/nats-server-binary.js';
import { atEnd } from './clean-up.js';
import { freePort } from './free-ports.js';
import { waitUntilFrozen } from './frozen.js';
import { portsOf } from './nats-server-ports.js';
import { ServerLog } from './server-log.js';
import { tempDir } from './temp.js';

const CLUSTER_TIMEOUT_MS = 40_000;
const STOP_TIMEOUT_MS = 5_000;

/** How to start a server; see {@link startNatsServer}. */
export interface NatsServerChoices {
  /** nats-server configuration; listeners, monitoring and the ports file are added to it. */
  readonly config: string;
  /** Where configuration and ports file go; a temporary directory when absent. */
  readonly dir?: string;
  /** The client port; a free one when absent. Give the old one to bring a stopped server back. */
  readonly port?: number;
  /** `server_name`; the server's own id when absent. */
  readonly name?: string;
  /** Command line flags: `['-DV']`. */
  readonly flags?: readonly string[];
}

/** A real nats-server that listens on 127.0.0.1. */
export interface NatsServer {
  /** `nats://127.0.0.1:PORT`. */
  readonly url: string;
  readonly port: number;
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly monitorUrl: string;
  /** Port for routes; undefined without a `cluster` block. */
  readonly clusterPort: number | undefined;
  readonly pid: number;
  /** What it was started with, `port` and `dir` filled in: start that again to bring the same server back. */
  readonly choices: NatsServerChoices;
  /** Everything it has logged until now. */
  log(): string;
  /** Resolves with the match as soon as the log holds one; rejects after the time with the log in the message. */
  waitForLog(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
  /** Sends a signal: SIGHUP reloads, SIGSTOP freezes (and has done so), SIGCONT wakes, SIGUSR2 is lame duck mode. */
  kill(signal: NodeJS.Signals): void;
  /** Ends it and waits for that; harmless when it has ended already. */
  stop(): Promise<void>;
}

/**
 * The nats-server to test with.
 * @throws Error saying what to do when there is none
 */
export function natsServerBinary(): string {
  binary ??= findNatsServer()?.path;
  if (binary !== undefined) return binary;
  throw new Error('no nats-server was found: run `npm test` once, which gets one, or set NATS_SERVER');
}

let binary: string | undefined;

/**
 * Starts a nats-server and resolves when it listens. It ends with the test, or the test file, that started it.
 * @throws Error with the server's log when it does not come up
 */
export async function startNatsServer(config: string | NatsServerChoices): Promise<NatsServer> {
  const given = typeof config === 'string' ? { config } : config;
  const wanted = { ...given, port: given.port ?? (await freePort()) };
  const dir = wanted.dir ?? tempDir('nas-nats-');
  mkdirSync(dir, { recursive: true });
  const file = join(dir, 'nats-server.conf');
  writeFileSync(file, completeConfig(wanted, dir));
  const child = spawn(natsServerBinary(), ['-c', file, ...(wanted.flags ?? [])], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const log = new ServerLog(child.stderr);
  atEnd(() => stop(child));
  const ports = await portsOf(child, dir, log);
  return {
    url: `nats://127.0.0.1:${ports.client}`,
    port: ports.client,
    monitorUrl: `http://127.0.0.1:${ports.monitor}`,
    clusterPort: ports.cluster,
    pid: child.pid ?? -1,
    choices: { ...wanted, dir },
    log: () => log.text,
    waitForLog: (pattern, timeoutMs) => log.waitFor(pattern, timeoutMs),
    kill(signal) {
      if (child.kill(signal) && signal === 'SIGSTOP' && child.pid !== undefined) waitUntilFrozen(child.pid);
    },
    stop: () => stop(child),
  };
}

/** How the servers of a cluster treat their clients. */
export interface ClusterChoices {
  /** Whether clients are told of the other servers, and go there when theirs is gone; true unless given. */
  readonly advertise?: boolean;
}

/**
 * Starts `size` servers that are routed to each other and resolves when every one knows all others. `config` is what
 * they share, or makes the configuration of the server with that index.
 */
export async function startCluster(
  size: number,
  config: string | ((index: number) => string),
  { advertise = true }: ClusterChoices = {},
): Promise<NatsServer[]> {
  const servers: NatsServer[] = [];
  for (let index = 0; index < size; index++) {
    const own = typeof config === 'string' ? config : config(index);
    const routes = servers.slice(0, 1).map((server) => `nats://127.0.0.1:${server.clusterPort}`);
    const cluster = `cluster { name: test, listen: "127.0.0.1:-1", routes: ${JSON.stringify(routes)}, no_advertise: ${!advertise} }`;
    servers.push(await startNatsServer({ config: `${own}\n${cluster}\n`, name: `server-${index}` }));
  }
  await Promise.all(servers.map((server) => waitForRoutes(server, size - 1)));
  return servers;
}

/** What a server needs in operator mode. */
export interface OperatorMode {
  /** The operator's token, or the path of its file. */
  readonly operatorJwt: string;
  readonly systemAccount: string;
  /** Ask this account server: `http://127.0.0.1:9090/jwt/v1/accounts/`. */
  readonly resolverUrl?: string;
  /** Without `resolverUrl`: account JWTs by account key, held in memory. */
  readonly preload?: Readonly<Record<string, string>>;
}

/** Configuration for operator mode, with a URL resolver or a memory resolver. */
export function operatorConfig(mode: OperatorMode): string {
  const preload = Object.entries(mode.preload ?? {}).map(([key, jwt]) => `  ${key}: "${jwt}"`);
  const resolver = mode.resolverUrl === undefined ? 'MEMORY' : `URL("${mode.resolverUrl}")`;
  return [
    `operator: "${mode.operatorJwt}"`,
    `system_account: ${mode.systemAccount}`,
    `resolver: ${resolver}`,
    ...(preload.length > 0 ? ['resolver_preload: {', ...preload, '}'] : []),
    '',
  ].join('\n');
}

function completeConfig(choices: NatsServerChoices & { readonly port: number }, dir: string): string {
  return [
    `listen: "127.0.0.1:${choices.port}"`,
    'http: "127.0.0.1:-1"',
    `ports_file_dir: "${dir}"`,
    ...(choices.name === undefined ? [] : [`server_name: "${choices.name}"`]),
    // Two seconds unless told: on a busy machine clients that are welcome would be sent away.
    ...(/^\s*authorization\b/m.test(choices.config) ? [] : ['authorization { timeout: 30 }']),
    choices.config,
    '',
  ].join('\n');
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  // A frozen server would keep SIGTERM for later.
  child.kill('SIGCONT');
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(killer);
}

async function waitForRoutes(server: NatsServer, others: number): Promise<void> {
  const deadline = Date.now() + CLUSTER_TIMEOUT_MS;
  while ((await routedServers(server)).size < others) {
    if (Date.now() > deadline) throw new Error(`cluster did not form:\n${server.log()}`);
    await delay(20);
  }
}

async function routedServers(server: NatsServer): Promise<Set<string>> {
  const answer = await fetch(`${server.monitorUrl}/routez`);
  const { routes = [] } = (await answer.json()) as { routes?: { remote_id: string }[] };
  return new Set(routes.map((route) => route.remote_id));
}
