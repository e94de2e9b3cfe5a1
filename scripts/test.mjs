/**
 * `npm test [-- vitest arguments]`: sets up what is missing, gets a real nats-server, runs the test suite.
 * `npm test -- test/http` runs one room; `npm run test:slow` is this with the configuration of the slow tests.
 */
import { join } from 'node:path';
import { obtainNatsServer } from './nats-server.mjs';
import { runScript, runToEnd, say } from './processes.mjs';
import { ROOT, setUp } from './setup.mjs';

await runScript(async () => {
  await setUp();
  const natsServer = await obtainNatsServer();
  say(`testing with nats-server ${natsServer.version} (${natsServer.path})`);
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  return runToEnd(process.execPath, [vitest, 'run', ...process.argv.slice(2)], {
    cwd: ROOT,
    env: { ...process.env, NATS_SERVER: natsServer.path },
  });
});
