import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freePort } from '../support/free-ports.js';
import { startNatsServer } from '../support/nats-server.js';
import { runProgram } from '../support/run-program.js';
import { tempDir } from '../support/temp.js';
import { start } from './started.js';

const LISTEN = ['--listen', '127.0.0.1:0'];

test('a guide says what to type, and what it says works', async () => {
  const dir = tempDir();
  const natsPort = await freePort();
  const demo = start(dir, 'demo', ...LISTEN, '--nats', `nats://127.0.0.1:${natsPort}`);
  const [, curl = ''] = await demo.output.waitFor(/^ +(curl .*)$/m);
  const [, config = ''] = await demo.output.waitFor(/^ +nats-server -c (.*)$/m);
  const [, change = ''] = await demo.output.waitFor(/^ +npm start -- (demo --change)$/m);
  const [, client = ''] = await demo.output.waitFor(/^ +npm start -- (demo --client guest)$/m);

  const file = join(dir, '.demo/stores/demo/accounts/APP/APP.jwt');
  const fetched = await runProgram('sh', ['-c', curl.replace('curl', 'curl --silent --fail')]);
  expect(fetched).toMatchObject({ code: 0, stdout: readFileSync(file, 'utf8') });

  await startNatsServer({ config: readFileSync(join(dir, config), 'utf8') });
  const guest = start(dir, ...client.split(' '));
  await guest.output.waitFor(/client guest: connected/);
  const changed = start(dir, ...change.split(' '));
  await changed.output.waitFor(/The user guest is revoked/);
  await guest.output.waitFor(/client guest: cut off: .*[Rr]evoked/);
  expect(await demo.end()).toBe(0);
});

test('with a nats-server a change is shown arriving, and both end together', async () => {
  const natsPort = await freePort();
  const args = ['demo', '--with-nats-server', ...LISTEN, '--nats', `nats://127.0.0.1:${natsPort}`];
  const dir = tempDir();
  // Twice, since the second finds what the first left.
  for (const round of [1, 2]) {
    const demo = start(dir, ...args);
    const cutOff = demo.output.waitFor(/client guest: cut off by nats-server after (\d+) ms/);
    const [, took] = await Promise.race([cutOff, demo.earlyEnd]);
    expect([round, took]).toEqual([round, expect.stringMatching(/^\d+$/)]);
    await demo.output.waitFor(/Both servers go on running/);
    expect(await demo.end()).toBe(0);
    await expect(fetch(`http://127.0.0.1:${natsPort}`)).rejects.toThrow();
  }
}, 240_000);
