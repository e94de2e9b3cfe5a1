import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { atEnd } from '../support/clean-up.js';
import { PROJECT_ROOT } from '../support/real-program.js';
import { runProgram } from '../support/run-program.js';
import { SELF_SIGNED } from './self-signed.js';

const SCRIPT = join(PROJECT_ROOT, 'deploy/health.mjs');

/** Listens on a port of 127.0.0.1 (0: any) and answers it. */
async function listen(server: Server, port = 0): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  atEnd(() => void server.close());
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
  return address.port;
}

/** Answers what nats-server asks with a status, anything else with 404. */
const answer =
  (status: number): RequestListener =>
  (request, reply) =>
    void reply.writeHead(request.url === '/jwt/v1/accounts/' ? status : 404).end();

const environment = (port: number) => ({ ...process.env, NATS_ACCOUNT_SERVER_LISTEN: `0.0.0.0:${port}` });
const check = (port: number) => runProgram(process.execPath, [SCRIPT], { env: environment(port) });

describe('deploy/health.mjs', () => {
  test('is content when the answer is 200', async () => {
    const { code, stdout } = await check(await listen(createServer(answer(200))));
    expect(stdout).toBe('ready\n');
    expect(code).toBe(0);
  });

  test('speaks https where the service does, whatever its certificate', async () => {
    const port = await listen(createTlsServer(SELF_SIGNED, answer(200)));
    expect(await check(port)).toMatchObject({ code: 0, stdout: 'ready\n' });
  });

  test('says which other answer there was', async () => {
    const port = await listen(createServer(answer(503)));
    const { code, stdout } = await check(port);
    expect(stdout).toBe(`127.0.0.1:${port}/jwt/v1/accounts/ answers 503\n`);
    expect(code).toBe(1);
  });

  test('says that nobody answers', async () => {
    const server = createServer();
    const port = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    const { code, stdout } = await check(port);
    expect(stdout).toContain('ECONNREFUSED');
    expect(code).toBe(1);
  });

  test('waits until the service is there', async () => {
    let status = 503;
    let asked = 0;
    const port = await listen(
      createServer((request, reply) => {
        asked++;
        answer(status)(request, reply);
        if (asked === 2) status = 200;
      }),
    );
    const child = spawn(process.execPath, [SCRIPT, '--wait', '20'], { env: environment(port) });
    const [code] = await once(child, 'close');
    expect(code).toBe(0);
    expect(asked).toBe(3);
  });

  test('gives up waiting when the time is over', async () => {
    const port = await listen(createServer(answer(503)));
    const args = [SCRIPT, '--wait', '0.5'];
    const { code, stdout } = await runProgram(process.execPath, args, { env: environment(port) });
    expect(stdout).toContain('answers 503');
    expect(code).toBe(1);
  });
});
