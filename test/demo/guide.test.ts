import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createDemo, demoGuide } from '../../src/demo/demo.js';
import { runProgram } from '../support/run-program.js';
import { tempDir } from '../support/temp.js';

test('the guide names what stands there, relative to where one types', async () => {
  const dir = tempDir();
  const demo = await createDemo(join(dir, '.demo'));
  const guide = demoGuide(demo, { command: 'npm start -- demo', workingDir: dir });
  expect(guide).toContain(`curl http://localhost:9090/jwt/v1/accounts/${demo.appAccountKey}\n`);
  expect(guide).toContain('nats-server -c .demo/nats-server.conf\n');
  expect(guide).toContain('--creds .demo/keys/creds/demo/APP/guest.creds subscribe');
  expect(guide).toContain('--config-dir .demo/nsc --data-dir .demo/stores --keystore-dir .demo/keys');
  expect(guide).toContain('npm start -- demo --change\n');
  expect(guide).not.toContain(dir);
});

test('a shell reads quoted paths as they are', async () => {
  const dir = tempDir();
  const demo = await createDemo(join(dir, "it's a demo"));
  const guide = demoGuide(demo, { command: 'x', workingDir: dir });
  const word = / -c (.*)\n/.exec(guide)?.[1] ?? '';
  const { stdout } = await runProgram('sh', ['-c', `printf %s ${word}`]);
  expect(stdout).toBe("it's a demo/nats-server.conf");
});
