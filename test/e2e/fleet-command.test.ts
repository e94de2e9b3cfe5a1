import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { run } from '../cli/command-line.js';
import { build, spawnCli } from '../support/app.js';
import { mintCreds } from '../support/mint.js';
import { type NatsServer, startCluster } from '../support/nats-server.js';
import { ServerLog } from '../support/server-log.js';
import { soon } from './observing.js';
import { connectToAll, startTreeScene } from './proof/scene.js';

/** Three servers with the account APP loaded on each. */
async function scene() {
  const started = await startTreeScene(
    (config) => startCluster(3, config, { advertise: false }),
    (tree) => tree.add('APP'),
  );
  const { tree, servers, service } = started;
  await connectToAll(servers, Buffer.from(mintCreds(tree.get('APP'))));
  const fleet = (...args: string[]) => run(['fleet', '--url', service.url, ...args]);
  expect(await fleet('--wait', '60s')).toMatchObject({ code: 0 });
  /** Changes the account, and sees to it that the service has seen the change. */
  const change = async (conn: number): Promise<void> => {
    const { key, jwt } = tree.add('APP', { nats: { limits: { conn } } });
    await soon(async () => expect(await service.account(key)).toBe(jwt));
  };
  return { ...started, fleet, change, key: tree.get('APP').key };
}

const lastOf = (servers: readonly NatsServer[]): NatsServer => {
  const last = servers.at(-1);
  if (last === undefined) throw new Error('there is no server');
  return last;
};

/** Runs the command line in a process of its own, to its end. */
async function fleetProcess(...args: string[]) {
  const child = spawnCli(['fleet', ...args]);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code, stdout, stderr };
}

test('a pipeline waits for each change, and is told which server is in the way', async () => {
  const { service, servers, fleet, change, key } = await scene();
  await change(11);
  expect(await fleetProcess('APP', '--wait', '60s', '--url', service.url)).toEqual({
    code: 0,
    stdout: 'APP is effective on 3 servers\n',
    stderr: '',
  });

  const frozen = lastOf(servers);
  frozen.kill('SIGSTOP');
  await change(12);
  await soon(async () => expect((await fleet()).stdout).toMatch(/server-2 .* silent/));
  const failed = await fleetProcess('--wait', '1s', '--url', service.url);
  expect(failed.code).toBe(1);
  expect(failed.stdout).toMatch(new RegExp(`^APP +${key}  server-2  does not answer; (has it|ran)`, 'm'));
  expect(failed.stderr).toMatch(
    /^nats-account-server: not effective after 1 s: 2 accounts on 3 servers: .*\n$/,
  );
  const one = await fleet('APP', '--wait', '500ms');
  expect(one).toMatchObject({ code: 1, stdout: expect.stringContaining('server-2') });
  const shown = await fleet('APP');
  expect(shown.code).toBe(0);
  expect(shown.stdout).toMatch(/ok {2}server-0 +runs the published JWT .*took it/);
  expect(shown.stdout).toMatch(/\? +server-2 +does not answer/);

  const waiting = fleetProcess('--wait', '60s', '--url', service.url);
  frozen.kill('SIGCONT');
  expect(await waiting).toEqual({
    code: 0,
    stdout: '2 accounts on 3 servers: all effective\n',
    stderr: '',
  });
  expect((await fleet('APP')).stdout).toMatch(/ok {2}server-2 +runs the published JWT/);
}, 180_000);

test('the tables and the JSON say what the servers run', async () => {
  const { fleet, servers, key, change } = await scene();
  // Which servers have loaded an account is asked for now and then; a change asks at once.
  await change(31);
  expect(await fleet('--wait', '60s')).toMatchObject({ code: 0 });
  const { stdout } = await fleet();
  expect(stdout).toMatch(/^2 accounts on 3 servers: all effective\n/);
  expect(stdout).toMatch(/^ {2}server-1 {2}test +\d+\.\d+\.\d+ +present/m);
  expect(stdout).toMatch(new RegExp(`^  APP +${key.slice(0, 8)}  effective  ok +ok +ok$`, 'm'));
  const document: unknown = JSON.parse((await fleet('--json')).stdout);
  expect(document).toMatchObject({
    fleet: { connected: true, effective: true, servers: { length: servers.length } },
    accounts: expect.arrayContaining([
      expect.objectContaining({
        account: key,
        state: 'effective',
        servers: servers.map(() => expect.objectContaining({ effect: 'current' })),
      }),
    ]),
  });
}, 120_000);

test('what changes is told as it happens, over a restart of the service', async () => {
  const { service, tree, change, key, way } = await scene();
  const port = new URL(service.url).port;
  const child = spawnCli(['fleet', '--watch', '--url', service.url]);
  const [stdout, stderr] = [new ServerLog(child.stdout), new ServerLog(child.stderr)];
  await stdout.waitFor(/Z {2}2 accounts on 3 servers: all effective\n/);
  await change(21);
  await stdout.waitFor(new RegExp(`Z  APP ${key.slice(0, 8)}: .*effective\n`));
  await way.cut();
  await stdout.waitFor(/Z {2}the service has no connection to NATS/);
  await way.mend();
  await stdout.waitFor(/Z {2}connected to NATS again/);
  await service.close();
  await stderr.waitFor(/trying again\n/);
  await build('--nsc', tree.dir, '--listen', `127.0.0.1:${port}`, '--nats', 'nats://127.0.0.1:1');
  await stderr.waitFor(/the service answers again\n/);
  const ended = once(child, 'exit');
  child.kill('SIGINT');
  expect(await ended).toEqual([0, null]);
}, 120_000);

test('while NATS is away nothing is called effective', async () => {
  const { fleet, way } = await scene();
  await way.cut();
  await soon(async () => expect((await fleet()).stdout).toMatch(/^the service has no connection to NATS/));
  for (const args of [[], ['APP']]) {
    const { code, stdout } = await fleet('--wait', '300ms', ...args);
    expect(code).toBe(1);
    expect(stdout).toMatch(/unknown: the service has no connection to NATS$/m);
  }
  const waiting = fleet('--wait', '60s');
  await way.mend();
  expect(await waiting).toMatchObject({ code: 0 });
}, 120_000);
