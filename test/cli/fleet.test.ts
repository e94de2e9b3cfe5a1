import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SELF_SIGNED } from '../deploy/self-signed.js';
import { build } from '../support/app.js';
import { atEnd } from '../support/clean-up.js';
import { mintOperator } from '../support/mint.js';
import { OperatorTree } from '../support/operator-tree.js';
import { tempDir } from '../support/temp.js';
import { run } from './command-line.js';
import { cellJson, fleetJson, rowJson, serverJson } from './fleet-answers.js';
import { HandService, httpServer } from './hand-service.js';

const fleet = (...args: string[]) => run(['fleet', ...args]);
const lineOf = (stderr: string): string => {
  expect(stderr).toMatch(/^nats-account-server: .*\n$/);
  return stderr.slice('nats-account-server: '.length, -1);
};

const [a, b] = [serverJson('a'), serverJson('b')];
const app = rowJson('APP', [cellJson(a, 'current'), cellJson(b, 'current')]);
const pay = rowJson('PAY', [cellJson(a, 'current'), cellJson(b, 'differs')], {
  state: 'pending',
  work: 'resting',
});
const calm = () => new HandService({ fleet: fleetJson([a, b], { effective: 1 }), rows: [app] });
const busy = () =>
  new HandService({ fleet: fleetJson([a, b], { effective: 1, pending: 1 }), rows: [app, pay] });

function operatorTree(): OperatorTree {
  return new OperatorTree(mintOperator({ name: 'acme' }), ['APP', 'PAY']);
}

describe('what cannot be asked is one line that says what to do, exit code 1', () => {
  test('a service that is not connected to NATS', async () => {
    const { url } = await build('--nsc', operatorTree().dir);
    for (const args of [[], ['--wait', '5s'], ['APP'], ['APP', '--wait', '5s'], ['--watch'], ['--json']]) {
      const { code, stdout, stderr } = await fleet('--url', url, ...args);
      expect([code, stdout]).toEqual([1, '']);
      expect(lineOf(stderr)).toBe(
        `the service at ${url} is not connected to NATS, so it cannot know what the nats-servers run: start it with --nats URL --creds FILE`,
      );
    }
  });

  test('the admin token is wanted, wrong, right', async () => {
    const file = join(tempDir(), 'token');
    writeFileSync(file, 'correct-horse\n');
    const { url } = await build('--nsc', operatorTree().dir, '--admin-token-file', file);
    const without = await fleet('--url', url);
    expect(without.code).toBe(1);
    expect(lineOf(without.stderr)).toMatch(
      /wants its admin token: use --admin-token-file FILE or .*_ADMIN_TOKEN$/,
    );
    const wrong = await run(['fleet', '--url', url], {
      env: { NATS_ACCOUNT_SERVER_ADMIN_TOKEN: 's3cret-wrong' },
    });
    expect(wrong.code).toBe(1);
    expect(lineOf(wrong.stderr)).toMatch(/does not accept this admin token: check --admin-token-file/);
    expect(wrong.stderr).not.toContain('s3cret');
    const right = await fleet('--url', url, '--admin-token-file', file);
    expect(lineOf(right.stderr)).toMatch(/is not connected to NATS/);
  });

  test('the service says why it refuses', async () => {
    const { port } = (await build('--nsc', operatorTree().dir, '--listen', '0.0.0.0:0')).app.address;
    const { code, stderr } = await fleet('--url', `127.0.0.1:${port}`);
    expect(code).toBe(1);
    expect(lineOf(stderr)).toMatch(/^http:\/\/127\.0\.0\.1:\d+ refuses: .*--admin-token-file FILE\)$/);
  });

  test('nobody listens there; the host does not exist', async () => {
    const { url, close } = await httpServer(() => undefined);
    await close();
    for (const args of [[], ['--wait', '300ms'], ['--watch']]) {
      const { code, stdout, stderr } = await fleet('--url', url, ...args);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr.split('\n').at(-2)).toBe(
        `nats-account-server: nobody listens at ${url}: is the service running? Name it with --url URL`,
      );
    }
    const { code, stderr } = await fleet('--url', 'http://no-such-host.invalid:9090');
    expect(code).toBe(1);
    expect(lineOf(stderr)).toMatch(/^the host of http:\/\/no-such-host\.invalid:9090 is not known here/);
  });

  test.each<[string, number, string, RegExp]>([
    ['a web page', 200, '<html>', /answers, but not with JSON: is that a nats-account-server\?/],
    [
      'something unexpected',
      200,
      '{"configured":"yes"}',
      /unexpected \(the answer\.configured is no truth value\)/,
    ],
    ['a list', 200, '[]', /unexpected \(the answer is no object\)/],
    ['an older service', 404, '', /has no \/api\/v1\/fleet: an older nats-account-server/],
    ['another API', 404, '{"message":"no"}', /has no \/api\/v1\/fleet/],
    ['a redirect', 302, '', /answers with 302/],
    ['a gateway without the service', 503, 'no', /cannot answer now \(503\)/],
    [
      'a fault',
      500,
      '{"error":{"code":"internal","message":"internal error"}}',
      /answers with 500: internal error/,
    ],
  ])('%s', async (_what, status, body, sentence) => {
    const { url } = await httpServer((_request, response) => response.writeHead(status).end(body));
    const { code, stdout, stderr } = await fleet('--url', url);
    expect([code, stdout]).toEqual([1, '']);
    expect(lineOf(stderr)).toMatch(sentence);
  });

  test('a connection that breaks', async () => {
    const server = createTcpServer((socket) => socket.once('data', () => socket.destroy())).listen(
      0,
      '127.0.0.1',
    );
    atEnd(() => void server.close());
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const { code, stderr } = await fleet('--url', `http://127.0.0.1:${port}`);
    expect(code).toBe(1);
    expect(lineOf(stderr)).toMatch(/broke before the answer was complete$/);
  });

  test('a configuration with a mistake in it', async () => {
    const { code, stderr } = await fleet('--listen', 'nowhere');
    expect(code).toBe(1);
    expect(lineOf(stderr)).toMatch(/"nowhere" is not host:port/);
  });
});

describe('which service', () => {
  test('where the configuration lets it listen', async () => {
    const { port, url } = await calm().listen();
    const env = { NATS_ACCOUNT_SERVER_LISTEN: `127.0.0.1:${port}` };
    expect(await run(['fleet', '--wait', '5s'], { env })).toMatchObject({ code: 0 });
    const file = join(tempDir(), 'as.conf');
    writeFileSync(file, `http.listen: "0.0.0.0:${port}"\nstore.nsc: /nowhere\n`);
    expect(await fleet('-c', file)).toMatchObject({ code: 0, stderr: '' });
    expect(await fleet('-c', file, '--listen', 'localhost:1', '--url', url)).toMatchObject({ code: 0 });
    expect(lineOf((await fleet('--listen', '[::1]:1')).stderr)).toMatch(
      /^nobody listens at http:\/\/\[::1\]:1:/,
    );
    expect(lineOf((await fleet('--listen', ':0')).stderr)).toMatch(
      /any free port \(0\): name the service with --url/,
    );
  });

  test('behind a path of a proxy', async () => {
    const service = calm();
    const { url } = await service.listen();
    expect(lineOf((await fleet('--url', `${url}/nats`)).stderr)).toMatch(/has no \/api\/v1\/fleet/);
    expect(service.requests).toEqual(['/nats/api/v1/fleet']);
  });

  test.each([
    ['ftp://localhost', /"ftp:\/\/localhost" is neither http nor https/],
    ['http://', /"http:\/\/" is no address such as http:\/\/localhost:9090/],
    ['http://bob:s3cret@localhost', /takes no password/],
    ['http://localhost?x=1', /ends with a query/],
  ])('--url %s is a mistake', async (url, sentence) => {
    const { code, stderr } = await fleet('--url', url);
    expect(code).toBe(2);
    expect(lineOf(stderr)).toMatch(sentence);
    expect(stderr).not.toContain('s3cret');
  });
});

describe('https', () => {
  test('is trusted by the configured certificate, or by --ca', async () => {
    const dir = tempDir();
    const [cert, key] = [join(dir, 'cert.pem'), join(dir, 'key.pem')];
    writeFileSync(cert, SELF_SIGNED.cert);
    writeFileSync(key, SELF_SIGNED.key);
    const tls = ['--tls-cert', cert, '--tls-key', key];
    const { app: service } = await build('--nsc', operatorTree().dir, ...tls);
    const { port } = service.address;
    const url = `https://localhost:${port}`;
    // The certificate is for localhost; that it is the configured one counts.
    const configured = await fleet(...tls, '--listen', `127.0.0.1:${port}`);
    expect(lineOf(configured.stderr)).toMatch(/is not connected to NATS/);
    expect(lineOf((await fleet('--url', url, '--ca', cert)).stderr)).toMatch(/is not connected to NATS/);
    expect(lineOf((await fleet('--url', url)).stderr)).toMatch(
      /is not trusted \(\w+\): name the authority .* --ca FILE$/,
    );
    expect(lineOf((await fleet('--url', `http://localhost:${port}`)).stderr)).toMatch(/broke|try https/);
  });

  test('--ca has to be a certificate, and needs https', async () => {
    const file = join(tempDir(), 'ca.pem');
    expect(lineOf((await fleet('--url', 'https://localhost:1', '--ca', file)).stderr)).toMatch(
      /cannot use .*ENOENT/,
    );
    writeFileSync(file, 'no');
    const empty = await fleet('--url', 'https://localhost:1', '--ca', file);
    expect(lineOf(empty.stderr)).toMatch(/cannot use .*: it holds no PEM certificate/);
    expect(await fleet('--ca', file)).toMatchObject({ code: 2 });
  });

  test('a service that speaks plain http', async () => {
    const { port } = await calm().listen();
    const { stderr } = await fleet('--url', `https://127.0.0.1:${port}`);
    expect(lineOf(stderr)).toMatch(/does not speak https: try http in --url$/);
  });
});

describe('one account', () => {
  test('by name, by key, by the beginning of the key', async () => {
    const { url } = await busy().listen();
    for (const text of ['PAY', pay.account, pay.account.slice(0, 8)]) {
      const { code, stdout } = await fleet(text, '--url', url);
      expect([code, stdout.split('\n')[0]]).toEqual([0, `PAY  ${pay.account}`]);
    }
  });

  test('that is not there, or not alone', async () => {
    const twin = { ...app, account: pay.account };
    const { url } = await new HandService({
      fleet: fleetJson([a], { effective: 2 }),
      rows: [app, twin],
    }).listen();
    const ambiguous = await fleet('APP', '--url', url);
    expect(ambiguous.code).toBe(1);
    const keys = [app.account, twin.account].sort().join(', ');
    expect(lineOf(ambiguous.stderr)).toBe(`2 accounts are called "APP"; give the key: ${keys}`);
    expect(lineOf((await fleet('AP', '--url', url)).stderr)).toBe(
      'no account "AP" is served; did you mean APP?',
    );
    const unknown = await fleet('AP', '--wait', '400ms', '--url', url);
    expect(unknown).toMatchObject({ code: 1, stdout: '' });
  });
});

describe('JSON', () => {
  const inOrder = [app, pay].sort((one, other) => (one.account < other.account ? -1 : 1));
  const parsed = async (...args: string[]): Promise<unknown> =>
    JSON.parse((await fleet(...args, '--json')).stdout);

  test('is what the API said', async () => {
    const service = busy();
    const { url } = await service.listen();
    expect(await parsed('--url', url)).toEqual({ fleet: service.fed.fleet, accounts: inOrder });
    expect(await parsed('PAY', '--url', url)).toEqual(pay);
  });

  test('with --wait the accounts that are not effective, unless all are wanted', async () => {
    const { url } = await busy().listen();
    expect(await parsed('--wait', '1ms', '--url', url)).toMatchObject({ accounts: [pay] });
    expect(await parsed('--wait', '1ms', '--all', '--url', url)).toMatchObject({ accounts: inOrder });
    expect(await parsed('PAY', '--wait', '1ms', '--url', url)).toEqual(pay);
  });

  test('holds every page', async () => {
    const rows = Array.from({ length: 2_500 }, (_, index) =>
      rowJson(`acc${index}`, [cellJson(a, 'current')]),
    );
    const service = new HandService({ fleet: fleetJson([a], { effective: rows.length }), rows });
    const { url } = await service.listen();
    expect(await parsed('--url', url)).toMatchObject({ accounts: { length: 2_500 } });
    expect(service.requests.filter((path) => path.includes('/accounts'))).toHaveLength(3);
    const listed = (await fleet('--url', url, '--all')).stdout.split('\n');
    expect(listed.filter((line) => / acc\d+ /.test(line))).toHaveLength(2_500);
  });
});

test('of many accounts the hundred worst are listed', async () => {
  const rows = Array.from({ length: 300 }, (_, index) =>
    rowJson(`acc${index}`, [cellJson(a, 'differs')], { state: index === 299 ? 'pending' : 'incomplete' }),
  );
  const json = fleetJson([a], { incomplete: 299, pending: 1 });
  const { url } = await new HandService({ fleet: json, rows }).listen();
  const lines = (await fleet('--url', url)).stdout.trimEnd().split('\n');
  const listed = lines.filter((line) => / acc\d+ /.test(line));
  expect(listed).toHaveLength(100);
  expect(listed[0]).toContain('acc299');
  expect(lines.at(-1)).toBe('200 more accounts not effective; --all lists every account');
  const waited = await fleet('--url', url, '--wait', '1ms');
  expect(waited.code).toBe(1);
  expect(waited.stdout.trimEnd().split('\n')).toHaveLength(102);
  expect(waited.stdout).toContain('\n200 more accounts not effective; --all lists every account\n');
});

describe('--wait', () => {
  test('0 when all is effective', async () => {
    const { url } = await calm().listen();
    expect(await fleet('--wait', '5s', '--url', url)).toEqual({
      code: 0,
      stdout: '1 account on 2 servers: all effective\n',
      stderr: '',
    });
    expect(await fleet('APP', '--wait', '5', '--url', url)).toMatchObject({
      code: 0,
      stdout: 'APP is effective on 2 servers\n',
    });
  });

  test('1 with the list of what is not', async () => {
    const service = busy();
    const { url } = await service.listen();
    const why = `account  key${' '.repeat(55)}server  why\nPAY      ${pay.account}  b       runs another JWT\n`;
    const seconds = 'not effective after 0.3 s';
    expect(await fleet('--wait', '300ms', '--url', url)).toEqual({
      code: 1,
      stdout: why,
      stderr: `nats-account-server: ${seconds}: 2 accounts on 2 servers: 1 pending, 1 effective\n`,
    });
    expect(await fleet('PAY', '--wait', '300ms', '--url', url)).toEqual({
      code: 1,
      stdout: why,
      stderr: `nats-account-server: ${seconds}: PAY is pending\n`,
    });
    expect(await fleet('APP', '--wait', '300ms', '--url', url)).toMatchObject({ code: 0 });
    expect(service.requests).toContainEqual(expect.stringMatching(/^\/api\/v1\/fleet\?wait=300ms$/));
  });

  test('an account that has expired is not waited for, and is no success; in a wait for all it is only told', async () => {
    const old = rowJson('OLD', [cellJson(a, 'expired')], { state: 'expired' });
    const { url } = await new HandService({ fleet: fleetJson([a], { expired: 1 }), rows: [old] }).listen();
    const one = await fleet('OLD', '--wait', '1h', '--url', url);
    expect([one.code, lineOf(one.stderr)]).toEqual([1, 'not effective: OLD has expired']);
    const all = await fleet('--wait', '1h', '--url', url);
    expect(all).toEqual({ code: 0, stdout: '1 account on 1 server: 1 expired\n', stderr: '' });
  });

  test('an account that no server has', async () => {
    const row = rowJson('APP', [cellJson(a, 'not_loaded')]);
    const { url } = await new HandService({ fleet: fleetJson([a], { effective: 1 }), rows: [row] }).listen();
    expect((await fleet('APP', '--wait', '1s', '--url', url)).stdout).toBe(
      'APP is effective: no server has it\n',
    );
  });

  test.each([['5 parsecs'], ['-1s'], ['']])('%j is no time', async (text) => {
    const { code, stderr } = await fleet(`--wait=${text}`);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--wait: .*is no duration such as/);
  });

  test('does not go with --watch', async () => {
    expect(await fleet('--wait', '1s', '--watch')).toMatchObject({ code: 2 });
  });
});
