import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { build } from '../support/app.js';
import { atEnd } from '../support/clean-up.js';
import { freePort } from '../support/free-ports.js';
import { mintAccount, mintCreds, mintOperator } from '../support/mint.js';
import { operatorConfig, startNatsServer } from '../support/nats-server.js';
import { OperatorTree } from '../support/operator-tree.js';
import { runProgram } from '../support/run-program.js';
import { tempDir } from '../support/temp.js';
import { mistakes } from './mistakes.js';
import { get, metric } from './observing.js';
import type { StartEnd } from './starting.js';

/** A port of 127.0.0.1 on which somebody listens who says `greeting`. */
async function listener(greeting = ''): Promise<number> {
  const server = createServer((socket) => socket.on('error', () => undefined).end(greeting)).listen(
    0,
    '127.0.0.1',
  );
  atEnd(() => void server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

describe('a start that cannot work says each mistake in a line and ends', async () => {
  const all = Object.entries(mistakes(await listener()));
  const ends = new Map<string, StartEnd>();

  beforeAll(async () => {
    const commands = all.map(([, [args]]) => ['--log-level', 'warn', '--listen', '127.0.0.1:0', ...args]);
    const program = ['--import', 'tsx', join(import.meta.dirname, 'starting.ts')];
    const { stdout } = await runProgram(process.execPath, program, { input: JSON.stringify(commands) });
    for (const [index, end] of (JSON.parse(stdout) as StartEnd[]).entries())
      ends.set(all[index]?.[0] ?? '', end);
  });

  test.each(all)('%s', (name, [, said, code = 1]) => {
    const end = ends.get(name);
    expect(end).toMatchObject({ code, stdout: '' });
    const { stderr = '' } = end ?? {};
    const lines = stderr.trimEnd().split('\n');
    expect(lines).toEqual(said.map(() => expect.stringMatching(/^nats-account-server: \S/)));
    for (const [index, pattern] of said.entries()) {
      expect(lines[index]?.replace('nats-account-server: ', '')).toMatch(pattern);
    }
    expect(stderr).not.toMatch(/^\s+at |\bError\b|node:|s3cret/m);
  });
});

describe('NATS that is not to be had is said once, and costs nobody else anything', () => {
  const operator = mintOperator();

  /** A nats-server of our operator, and creds that it does not accept. */
  async function refusing(tree: OperatorTree): Promise<string[]> {
    const system = tree.get('SYS');
    const mode = {
      operatorJwt: operator.jwt,
      systemAccount: system.key,
      preload: { [system.key]: system.jwt },
    };
    const { url } = await startNatsServer(operatorConfig(mode));
    const creds = join(tempDir(), 'stranger.creds');
    writeFileSync(creds, mintCreds(mintAccount(mintOperator())));
    return [url, '--creds', creds];
  }

  test.each<[string, (tree: OperatorTree) => Promise<string[]>, RegExp]>([
    ['nobody listens', async () => [`127.0.0.1:${await freePort()}`], /unreachable/],
    ['somebody hangs up', async () => [`127.0.0.1:${await listener()}`], /no_answer/],
    [
      'a web server',
      async () => [`127.0.0.1:${await listener('HTTP/1.1 400 Bad Request\r\n\r\n')}`],
      /other/,
    ],
    ['strangers are refused', refusing, /refused/],
  ])('%s', async (_, nats, reason) => {
    const tree = new OperatorTree(operator, ['A', 'SYS']);
    const args = ['--nats', ...(await nats(tree)), '--nats-reconnect-wait', '20ms'];
    const service = await build('--nsc', tree.dir, ...args);
    await vi.waitFor(
      async () => expect(await metric(service, 'nats_connect_failures_total')).toBeGreaterThan(2),
      { timeout: 10_000 },
    );
    const said = service.log.lines.filter(({ message }) => message.startsWith('no connection to NATS'));
    expect(said.map(({ facts }) => facts.reason)).toEqual([expect.stringMatching(reason)]);
    expect(await service.account(tree.get('A').key)).toBe(tree.get('A').jwt);
    const newer = mintAccount(operator, {
      identity: tree.get('A').identity,
      name: 'A',
      nats: { description: 'x' },
    });
    expect((await service.push(newer.key, newer.jwt)).status).toBe(200);
    expect(await service.account(newer.key)).toBe(newer.jwt);
    expect(await get(service, '/jwt/v1/accounts/')).toEqual([200, '']);
  });
});
