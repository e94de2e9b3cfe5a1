import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { announce } from '../../src/cli/announce.js';
import { KeptLog } from '../support/accounts.js';
import { spawnApp, spawnCli } from '../support/app.js';
import { atEnd } from '../support/clean-up.js';
import { mintAccount, mintOperator } from '../support/mint.js';
import { tempDir } from '../support/temp.js';
import { run } from './command-line.js';

/** An nsc operator directory with one account, and a configuration file that names it. */
function place() {
  const dir = tempDir();
  const operator = mintOperator({ name: 'acme' });
  const account = mintAccount(operator, { name: 'APP' });
  const nsc = join(dir, 'acme');
  mkdirSync(join(nsc, 'accounts', 'APP'), { recursive: true });
  writeFileSync(join(nsc, '.nsc'), '{"name":"acme"}');
  writeFileSync(join(nsc, 'acme.jwt'), operator.jwt);
  writeFileSync(join(nsc, 'accounts', 'APP', 'APP.jwt'), account.jwt);
  const config = join(dir, 'as.conf');
  const configure = (more: string) => writeFileSync(config, `store.nsc: ${nsc}\n${more}\n`);
  configure('');
  return { dir, nsc, account, config, configure };
}

/** Runs a command to its end in a process of its own. */
async function ended(args: readonly string[]) {
  const child = spawnCli(args);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code, stdout, stderr };
}

/** A connection with half a request on it, which keeps the service from closing. */
async function halfRequest(url: string) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  atEnd(() => void socket.destroy());
  await once(socket, 'connect');
  socket.write('POST /jwt/v1/accounts/A HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf');
  // An answer to a second connection shows that the first was accepted.
  await fetch(`${url}/healthz`);
  return socket;
}

describe('serve', () => {
  test('says where it listens and how to use it; SIGHUP reloads; SIGTERM ends it with 0', async () => {
    const { config, configure, account } = place();
    const app = await spawnApp(['-c', config]);
    await app.waitForLog(/nats-account-server is running/);
    await app.waitForLog(new RegExp(`resolver: URL\\(${app.url}/jwt/v1/accounts/\\)`));
    expect(await app.account(account.key)).toBe(account.jwt);

    configure('nats.pase: 1');
    app.kill('SIGHUP');
    await app.waitForLog(/nats\.pase: is not known; did you mean nats\.pace\?/);
    await app.waitForLog(/not reloaded: the configuration in force stays as it was/);
    expect(await app.account(account.key)).toBe(account.jwt);

    configure('logging.level: debug');
    app.kill('SIGHUP');
    await app.waitForLog(/"msg":"reloaded"/);

    app.kill('SIGTERM');
    expect(await app.exit).toEqual({ code: 0, signal: null });
    expect(app.log()).toContain('"msg":"closed"');
  });

  test('a second signal ends it at once', async () => {
    const { nsc } = place();
    const app = await spawnApp(['--nsc', nsc]);
    await halfRequest(app.url);
    app.kill('SIGTERM');
    await app.waitForLog(/received SIGTERM, closing/);
    // The same signal at the same moment is one: under npm, Ctrl-C comes from the terminal and from npm.
    app.kill('SIGTERM');
    await delay(1_000);
    app.kill('SIGTERM');
    expect(await app.exit).toEqual({ code: 1, signal: null });
    expect(app.log()).toContain('second SIGTERM, ending at once');
  });

  test('--dump prints the configuration in force on standard output', async () => {
    const { nsc } = place();
    const child = spawnCli(['--nsc', nsc, '-hp', '127.0.0.1:0', '-dump'], {
      NATS_ACCOUNT_SERVER_PUSH_TOKEN: 's3cret',
    });
    let stdout = '';
    for await (const chunk of child.stdout) {
      stdout += String(chunk);
      if (stdout.endsWith('}\n')) break;
    }
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(JSON.parse(stdout)).toMatchObject({ store: { nsc }, http: { push: { token: '[hidden]' } } });
  });

  test('what keeps it from starting is one line each, without a stack, and exit code 1', async () => {
    const { nsc } = place();
    const taken = createServer().listen(0, '127.0.0.1');
    atEnd(() => void taken.close());
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const inUse = await ended(['--nsc', nsc, '--listen', `127.0.0.1:${port}`, '--log-level', 'error']);
    expect(inUse).toMatchObject({ code: 1, stdout: '' });
    expect(inUse.stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^nats-account-server: cannot listen on .*another program/),
    ]);

    const nothing = await run([]);
    expect(nothing).toMatchObject({ code: 1, stdout: '' });
    expect(nothing.stderr).toMatch(/^nats-account-server: no store is named: use --nsc DIR .*demo\n$/);
  });
});

describe('demo', () => {
  test('serves an operator of its own and says what to type next; --change changes it', async () => {
    const dir = join(tempDir(), 'my demo');
    const child = spawnCli([
      'demo',
      dir,
      '--listen',
      '127.0.0.1:0',
      '--log-level',
      'error',
      '--nats',
      'nats://127.0.0.1:1',
    ]);
    let guide = '';
    for await (const chunk of child.stdout) {
      guide += String(chunk);
      if (guide.includes('--with-nats-server')) break;
    }
    const url = /curl (http\S+)/.exec(guide)?.[1] ?? '';
    const before = await (await fetch(url)).text();
    expect(before).toMatch(/^eyJ/);
    expect(guide).toContain("demo' --client guest");

    const changed = await run(['demo', dir, '--change']);
    expect(changed).toMatchObject({ code: 0, stderr: '' });
    expect(changed.stdout).toMatch(/^The user guest is revoked/);
    await expect.poll(async () => (await fetch(url)).text()).not.toBe(before);

    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  test('does not take another store, and says so when there is no demo to change', async () => {
    const clash = await run(['demo', '--nsc', 'x']);
    expect(clash).toEqual({
      code: 2,
      stdout: '',
      stderr: 'nats-account-server: demo serves its own operator, so --nsc does not go with it\n',
    });
    const none = await run(['demo', join(tempDir(), 'none'), '--change']);
    expect(none).toMatchObject({ code: 1, stdout: '' });
    expect(none.stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});

test('inspect ends quietly when nobody reads on', async () => {
  const child = spawnCli(['--help']);
  child.stdout.destroy();
  expect(await once(child, 'close')).toEqual([0, null]);
});

test('a URL that nats-server takes for its memory resolver is warned of', () => {
  const warned = (host: string): boolean => {
    const log = new KeptLog();
    announce({ host, port: 9090, url: `http://${host}:9090` }, log);
    return log.lines.some(({ level, message }) => level === 'warn' && message.includes('memory resolver'));
  };
  expect([warned('members.example'), warned('MEMORY'), warned('localhost')]).toEqual([true, true, false]);
});
