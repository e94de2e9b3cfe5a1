import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { build } from '../support/app.js';
import { connectWith } from '../support/nats-client.js';
import { type NatsServer, startNatsServer } from '../support/nats-server.js';
import { describeWithNatsCli } from '../support/natscli.js';
import { describeWithNsc, type NscHome, nscHome } from '../support/nsc.js';
import { runProgram } from '../support/run-program.js';
import { tempDir } from '../support/temp.js';
import { lines, soon } from './observing.js';
import { basicSite, memoryResolver, type PeerScene, peerScene, type Site } from './peer-scene.js';

const text = (site: Site, account: string): string => readFileSync(site.accountFile(account), 'utf8');

/** What each server itself says that it runs. */
function running(servers: readonly NatsServer[], accountKey: string): Promise<(string | undefined)[]> {
  return Promise.all(
    servers.map(async ({ monitorUrl }) => {
      const answer = await fetch(`${monitorUrl}/accountz?acc=${accountKey}`);
      const { account_detail } = (await answer.json()) as { account_detail?: { jwt?: string } };
      return account_detail?.jwt;
    }),
  );
}

/** Makes every server load account A, by a client that stays connected. */
const useA = (servers: readonly NatsServer[], site: Site) =>
  Promise.all(servers.map(({ url }) => connectWith(url, site.credsFile.replace('SYS/sys', 'A/alice'))));

const KEY_OF_A = 'ACFMUSBHAVIQNLZUHUETGFAI5273LLDLBU2AW2ZMZRK3W7P3S2L3HFEU';

/** An administrator's nsc with a copy of the directory, for whom the account server is behind `nats://`. */
async function remoteNsc(servers: readonly NatsServer[]): Promise<{ nsc: NscHome; site: Site }> {
  const site = basicSite();
  const nsc = nscHome(site.nscDirs);
  await nsc.ok('edit', 'operator', '--account-jwt-server-url', servers[1]?.url ?? '');
  return { nsc, site };
}

describeWithNsc('nsc over NATS, where servers only know the URL of the service', () => {
  let scene: PeerScene;
  let remote: Awaited<ReturnType<typeof remoteNsc>>;

  beforeAll(async () => {
    scene = await peerScene([basicSite()]);
    remote = await remoteNsc(scene.servers);
  });

  const served = (): Site => scene.peers[0].site;

  test('push -A and push -a: stored, and every server that has the account runs it', async () => {
    const { nsc, site } = remote;
    await useA(scene.servers, site);
    await nsc.ok('edit', 'account', 'A', '--conns', '77');
    const all = await nsc.run('push', '-A');
    expect([all.code, all.stdout + all.stderr]).toEqual([
      0,
      expect.stringMatching(/pushed "A" to nats-server nats-account-server@\S+: jwt updated/),
    ]);
    expect(text(served(), 'A')).toBe(text(site, 'A'));
    await soon(async () =>
      expect(await running(scene.servers, KEY_OF_A)).toEqual(Array(3).fill(text(site, 'A'))),
    );
    await nsc.ok('add', 'account', 'new');
    const one = await nsc.run('push', '-a', 'new');
    expect([one.code, one.stdout + one.stderr]).toEqual([
      0,
      expect.stringContaining('pushed to a total of 1 nats-server'),
    ]);
    expect(text(served(), 'new')).toBe(text(site, 'new'));
  });

  test('push of an older token is refused with the reason', async () => {
    const { nsc, site } = await remoteNsc(scene.servers);
    const { code, stdout, stderr } = await nsc.run('push', '-a', 'A');
    expect(code).toBe(1);
    expect(stdout + stderr).toMatch(/responded with error: jwt update resulted in error - .*iat \d+/s);
    expect(text(served(), 'A')).not.toBe(text(site, 'A'));
  });

  test('push --diff, --prune and -R', async () => {
    const { nsc } = remote;
    const { nsc: other } = await remoteNsc(scene.servers);
    await nsc.ok('add', 'account', 'spare');
    await nsc.ok('push', '-a', 'spare');
    const diff = await other.ok('push', '--diff');
    expect(diff.stdout + diff.stderr).toMatch(/account A\w+ only exists in server/);
    const prune = await other.ok('push', '--prune');
    expect(prune.stdout + prune.stderr).toMatch(
      /pruned nats-server nats-account-server@\S+: deleted \d accounts/,
    );
    await soon(() =>
      expect(
        readdirSync(join(served().operatorDir, 'accounts'))
          .filter((name) => existsSync(served().accountFile(name)))
          .sort(),
      ).toEqual(['A', 'B', 'SYS']),
    );
    const removed = await other.ok('push', '-R', 'B');
    expect(removed.stdout + removed.stderr).toContain('deleted 1 accounts');
    expect(existsSync(served().accountFile('B'))).toBe(false);
    await other.ok('edit', 'account', 'B', '--conns', '5');
    expect((await other.run('push', '-a', 'B')).code).toBe(0);
  });

  test('pull -A into a store that knows nobody but the system account', async () => {
    const { nsc, site } = await remoteNsc(scene.servers);
    for (const account of ['A', 'B'])
      rmSync(join(site.operatorDir, 'accounts', account), { recursive: true });
    const { stdout, stderr } = await nsc.ok('pull', '-A');
    expect(stdout + stderr).toContain('stored account "A"');
    for (const account of ['A', 'B']) expect(text(site, account)).toBe(text(served(), account));
  });
});

/** The `nats` client with an operator of its own in its own directories. */
async function natsCliSite(nats: string) {
  const home = tempDir('nas-natscli-');
  const env = {
    ...{ PATH: process.env.PATH, HOME: home },
    ...{ XDG_DATA_HOME: join(home, 'data'), XDG_CONFIG_HOME: join(home, 'config') },
  };
  const run = async (...args: string[]): Promise<string> => {
    const ended = await runProgram(nats, args, { env, cwd: home });
    if (ended.code !== 0) throw new Error(`nats ${args.join(' ')}: ${ended.stderr}${ended.stdout}`);
    return ended.stdout + ended.stderr;
  };
  const credsFile = join(home, 'sys.creds');
  await run('auth', 'operator', 'add', 'acme');
  await run('auth', 'account', 'add', 'app', '--operator', 'acme', '--defaults');
  const user = ['sys', 'SYSTEM', '--operator', 'acme', '--defaults', '--credential', credsFile];
  await run('auth', 'user', 'add', ...user);
  const nscDirs = {
    storesDir: join(home, 'data/nats/nsc/stores'),
    keysDir: join(home, 'data/nats/nsc/keys'),
  };
  const operatorDir = join(nscDirs.storesDir, 'acme');
  const accountFile = (account: string): string => join(operatorDir, 'accounts', account, `${account}.jwt`);
  const systemAccount = keyIn(readFileSync(accountFile('SYSTEM'), 'utf8'));
  const operatorJwtFile = join(operatorDir, 'acme.jwt');
  return { run, site: { operatorDir, operatorJwtFile, systemAccount, credsFile, accountFile, nscDirs } };
}

/** The account that a token is about. */
function keyIn(jwt: string): string {
  const claims = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as { sub: string };
  return claims.sub;
}

/** A copy of an operator directory, so that what is changed there is not changed here. */
function copyOf(site: Site): Site {
  const operatorDir = join(tempDir('nas-copy-'), 'acme');
  cpSync(site.operatorDir, operatorDir, { recursive: true });
  const accountFile = (account: string): string => join(operatorDir, 'accounts', account, `${account}.jwt`);
  return { ...site, operatorDir, accountFile };
}

describeWithNatsCli('nats auth account', (nats) => {
  test('push reaches the servers, which answer for themselves, and the store; query finds it', async () => {
    const { run, site } = await natsCliSite(nats);
    const { servers, peers } = await peerScene([copyOf(site)]);
    const connect = ['--server', servers[2]?.url ?? '', '--creds', site.credsFile];
    await run('auth', 'account', 'edit', 'app', '--operator', 'acme', '--connections', '42');
    const pushed = await run('auth', 'account', 'push', 'app', '--operator', 'acme', ...connect);
    expect(pushed).toContain('Success 3 Failed 0 Expected 3');
    await soon(() => expect(text(peers[0].site, 'app')).toBe(text(site, 'app')));
    const query = await run('auth', 'account', 'query', 'app', '--operator', 'acme', ...connect);
    expect(query).toMatch(/Connections: 42/);
  });
});

test('switched off, it neither answers nor says anything', async () => {
  const site = basicSite();
  const server = await startNatsServer(memoryResolver(site));
  const nats = ['--nats', server.url, '--creds', site.credsFile];
  const service = await build('--nsc', site.operatorDir, ...nats, '--no-resolver-peer');
  await soon(() => expect(lines(service, /server found/)).toHaveLength(1));
  const admin = await connectWith(server.url, site.credsFile);
  await expect(admin.request('$SYS.REQ.CLAIMS.LIST')).rejects.toThrow(/no responders/);
  expect(lines(service, /resolver peer/)).toEqual([]);
});
