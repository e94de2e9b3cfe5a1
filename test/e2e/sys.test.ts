import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { connect, credsAuthenticator } from '@nats-io/transport-node';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { type Ended, run } from '../cli/command-line.js';
import { World } from '../nats/world.js';
import { spawnCli } from '../support/app.js';
import { mintAccount, mintCreds } from '../support/mint.js';
import { connectWith } from '../support/nats-client.js';
import { type NatsServer, operatorConfig, startNatsServer } from '../support/nats-server.js';
import { nscFixture } from '../support/nsc-fixture.js';
import { ServerLog } from '../support/server-log.js';
import { tcpProxy } from '../support/tcp-proxy.js';
import { tempDir } from '../support/temp.js';
import { isBefore, parseVersion } from './older-servers.js';

/** Writes creds to a file. */
function credsFile(creds: string): string {
  const file = join(tempDir('nas-creds-'), 'user.creds');
  writeFileSync(file, creds);
  return file;
}

const world = new World();
const NAMES = ['server-0', 'server-1', 'server-2'];
let servers: NatsServer[] = [];
let url = '';
let system = '';
/** By name. */
let ids = new Map<string, string>();
let version = '';
/** 2.9 has neither IDZ nor PROFILEZ, RELOAD and USER.INFO. */
let isOld = false;

interface Pinged {
  readonly servers: readonly { readonly id: string; readonly name: string; readonly version: string }[];
  readonly expected: number;
}

const sys = (...args: string[]): Promise<Ended> => run(['sys', ...args, '--nats', url, '--creds', system]);

async function pinged(): Promise<Pinged> {
  return JSON.parse((await sys('ping', '--json')).stdout) as Pinged;
}

/** Waits until a server counts so many: others are counted once they have announced themselves. */
async function knows(name: string, count: number, address = url): Promise<void> {
  const statistics = { statsz: { active_servers: count } };
  await vi.waitFor(
    async () => {
      const { stdout } = await run(['sys', 'stats', name, '--json', '--nats', address, '--creds', system]);
      expect(JSON.parse(stdout || '{}')).toMatchObject(statistics);
    },
    { timeout: 20_000 },
  );
}

beforeAll(async () => {
  servers = await world.cluster(3);
  url = servers[0]?.url ?? '';
  system = credsFile(world.creds());
  for (const name of NAMES) await knows(name, 3);
  const roll = await pinged();
  ids = new Map(roll.servers.map(({ name, id }) => [name, id]));
  version = roll.servers[0]?.version ?? '';
  isOld = isBefore(parseVersion(version), [2, 10, 0]);
});

const idOf = (name: string): string => ids.get(name) ?? '';

/** An id that no server here has. */
const NO_SERVER = 'NBUV2XYNX7DGYZEBNDPOOUIMNTSFLVASLRNUZJ4YIBKX43M54W4UKRZ6';

/** What is said of a server that lacks a request. */
const tooOld = (name: string, request: string): string =>
  `server ${name} is too old: it runs ${version}, and ${request} came with 2.10.0`;

describe('three servers', () => {
  test('ping: a line for each', async () => {
    const { code, stdout, stderr } = await sys('ping');
    expect([code, stderr]).toEqual([0, '']);
    const [head, ...lines] = stdout.trimEnd().split('\n');
    expect(head?.split(/ {2,}/)).toEqual([
      'name',
      'id',
      'cluster',
      'version',
      'uptime',
      'conns',
      'subs',
      'cpu',
      'memory',
      'rtt',
    ]);
    const cells = lines.map((line) => line.split(/ {2,}/));
    expect(cells.map((line) => line.slice(0, 4))).toEqual(
      NAMES.map((name) => [name, idOf(name), 'test', version]),
    );
    for (const line of cells) {
      expect(line[4]).toMatch(/^(\d+m )?\d+s$/);
      expect(line.slice(7).join(' ')).toMatch(/^[\d.]+% [\d.]+ MiB [\d.]+ ms$/);
    }
  });

  test('ping --json', async () => {
    const { servers: found, ...rest } = JSON.parse((await sys('ping', '--json')).stdout) as Pinged;
    expect(rest).toEqual({ expected: 3, missing: 0 });
    const positive = expect.any(Number);
    expect(found).toEqual(
      NAMES.map((name) => ({
        id: idOf(name),
        name,
        host: '127.0.0.1',
        cluster: 'test',
        version,
        startedAt: expect.stringMatching(/^20\d\d-.*Z$/),
        uptimeMs: positive,
        connections: positive,
        subscriptions: positive,
        cpuPercent: positive,
        memoryBytes: positive,
        roundTripMs: positive,
      })),
    );
  });

  test('info: names, hosts and ids; servers too old to be asked so are shown all the same, and said', async () => {
    const { code, stdout, stderr } = await sys('info', '--json');
    expect(code).toBe(0);
    const source = isOld ? 'PING' : 'IDZ';
    expect(JSON.parse(stdout)).toEqual({
      servers: NAMES.map((name) => ({ id: idOf(name), name, host: '127.0.0.1', source })),
    });
    const said = NAMES.map((name) => `nats-account-server: ${tooOld(name, 'IDZ')}; shown from its PING\n`);
    expect(stderr).toBe(isOld ? said.join('') : '');
    const table = (await sys('info')).stdout;
    expect(table).toMatch(/^name +host +id\n/);
    for (const name of NAMES) expect(table).toContain(`${name}  127.0.0.1  ${idOf(name)}`);
  });

  test('stats of a server, by name or by id', async () => {
    const { code, stdout, stderr } = await sys('stats', 'server-1');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^server server-1\n/);
    expect(stdout).toContain(`  id       ${idOf('server-1')}\n`);
    for (const title of ['Load', 'Clients', 'Traffic', 'Routes']) expect(stdout).toContain(`\n${title}\n`);
    expect(stdout).toMatch(/^ {2}known servers +3$/m);
    for (const other of ['server-0', 'server-2'])
      expect(stdout).toMatch(new RegExp(`^ {2}${other} +[1-9]`, 'm'));
    const json = JSON.parse((await sys('stats', idOf('server-2'), '--json')).stdout) as object;
    expect(json).toMatchObject({ server: { name: 'server-2' }, statsz: { active_servers: 3 } });
  });

  test('a server that is not there, or not clearly one', async () => {
    const known = NAMES.map((name) => `${name} (${idOf(name)})`).join(', ');
    expect(await sys('stats', 'nobody')).toEqual({
      code: 1,
      stdout: '',
      stderr: `nats-account-server: there is no server nobody; there are ${known}\n`,
    });
    expect((await sys('stats', 'server')).stderr).toContain(`several servers are meant by server: ${known}`);
    for (const request of [['stats'], ['reload'], ['profile', '--name', 'heap']])
      expect(await sys(...request, NO_SERVER)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(`there is no server ${NO_SERVER}`),
      });
  });

  test('profile: into a file, and as JSON', async () => {
    const output = join(tempDir(), 'heap.pprof');
    const saved = await sys('profile', 'server-1', '--name', 'heap', '--output', output);
    if (isOld) {
      expect(saved).toEqual({
        code: 1,
        stdout: '',
        stderr: `nats-account-server: ${tooOld('server-1', 'PROFILEZ')}\n`,
      });
      return;
    }
    expect(saved).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringContaining(`wrote ${output} (`),
    });
    expect([...readFileSync(output).subarray(0, 2)]).toEqual([0x1f, 0x8b]);
    const { stdout } = await sys('profile', 'server-1', '--name', 'goroutine', '--json');
    const { profile, ...rest } = JSON.parse(stdout) as { profile: string };
    const bytes = Buffer.from(profile, 'base64');
    expect([...bytes.subarray(0, 2)]).toEqual([0x1f, 0x8b]);
    const server = { id: idOf('server-1'), name: 'server-1', version };
    expect(rest).toEqual({ server, name: 'goroutine', bytes: bytes.length });
    const nowhere = await sys('profile', 'server-1', '--name', 'heap', '--output', '/nowhere/x');
    expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringContaining('cannot write /nowhere/x: ') });
  });

  test('profile: to a pipe, byte by byte as it came', async () => {
    const args = ['profile', 'server-0', '--name', 'allocs', '--nats', url, '--creds', system];
    const child = spawnCli(['sys', ...args]);
    const chunks: Buffer[] = [];
    for await (const chunk of child.stdout) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    if (isOld) expect(bytes).toHaveLength(0);
    else {
      // gzip, with the length of the content at its end.
      expect([...bytes.subarray(0, 2)]).toEqual([0x1f, 0x8b]);
      const { gunzipSync } = await import('node:zlib');
      expect(gunzipSync(bytes).length).toBe(bytes.readUInt32LE(bytes.length - 4));
    }
  });

  test('user-info: who we are and what we may', async () => {
    const app = world.account('app');
    const nats = { pub: { allow: ['orders.>', '$SYS.REQ.USER.INFO'], deny: ['orders.x'] }, sub: {} };
    const creds = credsFile(mintCreds(app, 'alice', { ...nats, resp: { max: 1, ttl: 5_000_000_000 } }));
    const { code, stdout, stderr } = await run(['sys', 'user-info', '--nats', url, '--creds', creds]);
    if (isOld) {
      expect([code, stderr]).toEqual([1, `nats-account-server: ${tooOld('server-0', 'USER.INFO')}\n`]);
      return;
    }
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`  account       ${app.key}\n`);
    expect(stdout).toMatch(/^ {2}publish +allow +orders\.>$/m);
    expect(stdout).toMatch(/^ {2}publish +deny +orders\.x$/m);
    expect(stdout).toMatch(/^ {2}subscribe +allow +everything$/m);
    expect(stdout).toMatch(/^ {2}respond +1 +within 5s$/m);
    expect(JSON.parse((await sys('user-info', '--json')).stdout)).toMatchObject({
      account: world.system.key,
      permissions: null,
      expiresInMs: null,
      server: { id: idOf('server-0'), name: 'server-0', version },
    });
  });
});

describe('a server that reads its configuration again', () => {
  test('says so', async () => {
    const server = await world.server();
    const {
      servers: [only],
    } = JSON.parse(
      (await run(['sys', 'ping', '--json', '--nats', server.url, '--creds', system])).stdout,
    ) as Pinged;
    const flags = ['--timeout', '2s', '--nats', server.url, '--creds', system];
    const { code, stdout, stderr } = await run(['sys', 'reload', only?.id ?? '', '--json', ...flags]);
    if (isOld) {
      expect([code, stderr]).toEqual([1, `nats-account-server: ${tooOld(only?.name ?? '', 'RELOAD')}\n`]);
      return;
    }
    await server.waitForLog(/Reloaded server configuration/);
    // Some versions with a URL resolver reload and do not answer.
    const outcome = code === 0 ? 'reloaded' : 'unknown';
    expect(JSON.parse(stdout)).toEqual({ server: only?.id, outcome });
    expect(stderr).toMatch(outcome === 'unknown' ? /^nats-account-server: unknown whether/ : /has read its/);
  });

  test('or says what is wrong with it', async () => {
    const server = await world.server();
    const [id] = await server.waitForLog(/N[A-Z2-7]{55}/);
    writeFileSync(join(server.choices.dir ?? '', 'nats-server.conf'), 'nonsense {');
    const { code, stderr } = await run(['sys', 'reload', id, '--nats', server.url, '--creds', system]);
    expect(code).toBe(1);
    expect(stderr).toContain(isOld ? 'is too old' : 'the server refused: ');
  });

  test('or never answers: that is unknown', async () => {
    const server = await world.server();
    // Takes the request like a server, and keeps silent.
    const mute = await connectWith(server.url, Buffer.from(world.creds()));
    mute.subscribe(`$SYS.REQ.SERVER.${NO_SERVER}.RELOAD`);
    await mute.flush();
    const flags = ['--json', '--timeout', '100ms', '--nats', server.url, '--creds', system];
    const { code, stdout, stderr } = await run(['sys', 'reload', NO_SERVER, ...flags]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({ server: NO_SERVER, outcome: 'unknown' });
    expect(stderr).toMatch(/unknown whether .* no answer within 100ms/);
  });
});

describe('least privilege: a user with exactly these permissions can', () => {
  const inbox = ['_INBOX_as.>'];
  const PING = '$SYS.REQ.SERVER.PING';

  test.each([
    ['ping', [PING], inbox, ['ping']],
    ['info', [PING, '$SYS.REQ.SERVER.PING.IDZ'], inbox, ['info']],
    ['stats by id', ['$SYS.REQ.SERVER.*.STATSZ'], inbox, ['stats', 'ID']],
    ['stats by name', [PING, '$SYS.REQ.SERVER.*.STATSZ'], inbox, ['stats', 'server-1']],
    ['profile', ['$SYS.REQ.SERVER.*.PROFILEZ'], inbox, ['profile', 'ID', '--name', 'heap', '--json']],
    ['user-info', ['$SYS.REQ.USER.INFO'], inbox, ['user-info']],
  ])('%s', async (_, pub, sub, request) => {
    const creds = credsFile(world.creds([{ pub, sub }]));
    const args = request.map((arg) => (arg === 'ID' ? idOf('server-1') : arg));
    const { code, stderr } = await run(['sys', ...args, '--nats', url, '--creds', creds]);
    const lacking = isOld && ['profile', 'user-info'].includes(request[0] ?? '');
    expect(code).toBe(lacking ? 1 : 0);
    expect(stderr).not.toContain('may not');
  });

  test.each([
    [['ping'], PING],
    [['stats', 'server-1'], PING],
    [['stats', 'ID'], '$SYS.REQ.SERVER.*.STATSZ'],
    [['reload', 'ID'], '$SYS.REQ.SERVER.*.RELOAD'],
    [['profile', 'ID', '--name', 'heap', '--json'], '$SYS.REQ.SERVER.*.PROFILEZ'],
    [['user-info'], '$SYS.REQ.USER.INFO'],
  ])('%j without permission: the subject to allow is named', async (request, subject) => {
    const creds = credsFile(world.creds([{ pub: ['nothing'], sub: inbox }]));
    const args = request.map((arg) => (arg === 'ID' ? idOf('server-1') : arg));
    expect(await run(['sys', ...args, '--nats', url, '--creds', creds])).toEqual({
      code: 1,
      stdout: '',
      stderr: `nats-account-server: the user may not publish to ${subject}; allow it with: nsc edit user NAME --allow-pub '${subject}'\n`,
    });
  });

  test('who may not even hear answers is told which inbox', async () => {
    const creds = credsFile(world.creds([{ pub: ['>'], sub: ['nothing'] }]));
    const { code, stderr } = await run(['sys', 'ping', '--nats', url, '--creds', creds]);
    expect([code, stderr]).toEqual([1, expect.stringContaining("--allow-sub '_INBOX_as.>'")]);
  });
});

describe('who may not ask', () => {
  test('a user of another account', async () => {
    const creds = credsFile(mintCreds(world.account('app')));
    const stderr =
      'nats-account-server: nobody answers $SYS.REQ.SERVER.PING: the user is not one of the system account\n';
    for (const request of [
      ['ping'],
      ['info'],
      ['stats', idOf('server-1')],
      ['stats', 'server-1'],
      ['events'],
    ])
      expect(await run(['sys', ...request, '--nats', url, '--creds', creds])).toEqual({
        code: 1,
        stdout: '',
        stderr,
      });
  });

  test('a user of another operator, and nobody', async () => {
    const creds = credsFile(mintCreds(mintAccount(new World().operator)));
    const refused = await run(['sys', 'ping', '--nats', url, '--creds', creds]);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('does not accept this user') });
    const nobody = await run(['sys', 'ping', '--nats', url]);
    expect(nobody).toMatchObject({ code: 1, stderr: expect.stringContaining('wants to know who asks') });
  });
});

test('a server that is frozen is missed', async () => {
  const [near, far] = await world.cluster(2);
  const ping = () => run(['sys', 'ping', '--timeout', '2s', '--nats', near?.url ?? '', '--creds', system]);
  await knows('server-0', 2, near?.url);
  far?.kill('SIGSTOP');
  // It may still answer while the signal is on its way.
  await vi.waitFor(async () => expect((await ping()).code).toBe(1), { timeout: 20_000 });
  const { stdout, stderr } = await ping();
  expect(stdout).toContain('server-0');
  expect(stderr).toBe('nats-account-server: 1 of 2 servers did not answer within 2s\n');
});

describe('events', () => {
  /** Follows in a process of its own. */
  function follow(address: string, ...args: string[]) {
    const flags = ['--nats-reconnect-wait', '50ms', '--nats', address, '--creds', system];
    const child = spawnCli(['sys', 'events', ...args, ...flags]);
    const [stdout, stderr] = [new ServerLog(child.stdout), new ServerLog(child.stderr)];
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    return { child, stdout, stderr, ended };
  }

  test('clients that come, go and are refused, of every server; SIGINT ends it with 0', async () => {
    const account = world.account('app');
    const [alice, stranger] = [mintCreds(account, 'alice'), mintCreds(new World().account('x'), 'mallory')];
    const { child, stdout, stderr, ended } = follow(url);
    await stderr.waitFor(/following connect, disconnect, auth-error of all accounts/);
    const client = await connectWith(servers[1]?.url ?? '', Buffer.from(alice));
    await stdout.waitFor(
      new RegExp(
        `connect +account app \\(${account.key}\\), user alice \\(U[A-Z2-7]{55}\\), from 127.0.0.1, server server-1`,
      ),
    );
    await client.close();
    await stdout.waitFor(/disconnect account app .*server server-1.*: Client Closed/);
    const servers_ = servers[2]?.url ?? '';
    const refused = connect({
      servers: servers_,
      authenticator: credsAuthenticator(Buffer.from(stranger)),
      reconnect: false,
      ignoreClusterUpdates: true,
    });
    await expect(refused).rejects.toThrow(/Authorization/);
    await stdout.waitFor(
      /auth-error account A[A-Z2-7]{55}, user mallory .*server server-2: Authentication Failure/,
    );
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    const printed = stdout.text + stderr.text;
    expect(printed).not.toContain('eyJ');
    expect(stderr.text).not.toContain('lost');
  });

  test('--json, of one account and one kind', async () => {
    const [ours, others] = [world.account('ours'), world.account('others')];
    const { child, stdout, stderr, ended } = follow(
      url,
      ...['--json', '--account', ours.key, '--kind', 'disconnect'],
    );
    await stderr.waitFor(new RegExp(`following disconnect of ${ours.key}`));
    for (const account of [others, ours]) {
      const client = await connectWith(url, Buffer.from(mintCreds(account, 'u')));
      await client.close();
    }
    await stdout.waitFor(/\n/);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(
      stdout.text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      {
        time: expect.stringMatching(/^20\d\d-.*Z$/),
        kind: 'disconnect',
        account: ours.key,
        accountName: 'ours',
        user: expect.stringMatching(/^U/),
        userName: 'u',
        host: '127.0.0.1',
        connection: expect.any(Number),
        clientName: '',
        clientKind: 'Client',
        reason: 'Client Closed',
        server: { id: idOf('server-0'), name: 'server-0' },
      },
    ]);
  });

  test('go on when the connection was lost', async () => {
    const server = await world.server();
    const proxy = await tcpProxy(server.port);
    const account = world.account('app');
    const { child, stdout, stderr, ended } = follow(`nats://127.0.0.1:${proxy.port}`);
    await stderr.waitFor(/following/);
    await proxy.cut();
    await stderr.waitFor(/connection to NATS is lost/);
    await proxy.mend();
    await stderr.waitFor(/connected again/);
    await connectWith(server.url, Buffer.from(mintCreds(account, 'alice')));
    await stdout.waitFor(/connect .*user alice/);
    child.kill('SIGINT');
    expect(await ended).toBe(0);
  });

  test('a user who may hear only of some is told what is missing', async () => {
    const sub = ['$SYS.ACCOUNT.*.CONNECT'];
    const creds = credsFile(world.creds([{ pub: ['nothing'], sub }]));
    const child = spawnCli(['sys', 'events', '--nats', url, '--creds', creds]);
    const [stdout, stderr] = [new ServerLog(child.stdout), new ServerLog(child.stderr)];
    await stderr.waitFor(/following connect of all accounts/);
    expect(stderr.text).toContain("--allow-sub '$SYS.ACCOUNT.*.DISCONNECT'");
    expect(stderr.text).toContain("--allow-sub '$SYS.SERVER.*.CLIENT.AUTH.ERR'");
    const account = world.account('app');
    await connectWith(url, Buffer.from(mintCreds(account, 'alice')));
    await stdout.waitFor(/connect .*user alice/);
    child.kill('SIGINT');
    const none = credsFile(world.creds([{ pub: ['nothing'], sub: ['nothing'] }]));
    const ended = await run(['sys', 'events', '--kind', 'connect', '--nats', url, '--creds', none]);
    expect(ended).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('--allow-sub') });
  });

  test('tokens of clients are not shown, whatever the server tells', async () => {
    const server = await startNatsServer(
      'accounts { SYS { users = [{ user: admin, password: admin }] }, APP { users = [{ user: joe, password: x }] } }\nsystem_account: SYS',
    );
    const address = server.url.replace('nats://', 'nats://admin:admin@');
    const child = spawnCli(['sys', 'events', '--nats', address]);
    const [stdout, stderr] = [new ServerLog(child.stdout), new ServerLog(child.stderr)];
    await stderr.waitFor(/following/);
    await expect(connect({ servers: server.url, token: 'geheim', reconnect: false })).rejects.toThrow();
    await stdout.waitFor(/auth-error .*Authentication Failure/);
    child.kill('SIGINT');
    expect(stdout.text + stderr.text).not.toMatch(/geheim|admin:/);
  });
});

describe('--user OPERATOR/ACCOUNT/USER', () => {
  test.each([
    ['the keystore of today', ['.local/share/nats/nsc/keys/creds/acme/SYS/sys.creds']],
    ['the old layout', ['.nkeys/acme/accounts/SYS/users/sys.creds']],
    ['the old place in the layout of today', ['.nkeys/creds/acme/SYS/sys.creds']],
  ])('finds creds of nsc in %s', async (_, [place = '']) => {
    const fixture = nscFixture('basic', 'acme');
    const jwt = readFileSync(fixture.accountFile('SYS'), 'utf8');
    const { sub } = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as {
      sub: string;
    };
    const server = await startNatsServer(
      operatorConfig({ operatorJwt: fixture.operatorJwtFile, systemAccount: sub, preload: { [sub]: jwt } }),
    );
    const home = tempDir('nas-home-');
    const file = join(home, place);
    mkdirSync(dirname(file), { recursive: true });
    copyFileSync(fixture.credsFile('SYS', 'sys'), file);
    const env = { HOME: home, NKEYS_PATH: '', XDG_DATA_HOME: '' };
    const child = spawnCli(['sys', 'ping', '--user', 'acme/SYS/sys', '--nats', server.url], env);
    const stdout = new ServerLog(child.stdout);
    await stdout.waitFor(/ MiB /);
  });
});
