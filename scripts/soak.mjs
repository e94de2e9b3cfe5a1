/**
 * `npm run soak [-- --minutes 30]`: sets up what is missing, then runs the service for so long under a steady load, with
 * accounts that come and go and nats-servers that restart, and prints what it used. Ends with 1 if anything went wrong.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { obtainNatsServer } from './nats-server.mjs';
import { runScript, runToEnd, SetupError } from './processes.mjs';
import { ROOT, setUp } from './setup.mjs';

await runScript(async () => {
  const minutes = minutesOf(process.argv.slice(2));
  await setUp();
  const natsServer = await obtainNatsServer();
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  return runToEnd(process.execPath, [vitest, 'run', '--config', 'vitest.soak.config.ts'], {
    cwd: ROOT,
    env: { ...process.env, NATS_SERVER: natsServer.path, SOAK_MINUTES: String(minutes) },
  });
});

function minutesOf(args) {
  const { values } = parseArgs({ args, options: { minutes: { type: 'string', default: '30' } } });
  const minutes = Number(values.minutes);
  if (minutes > 0) return minutes;
  throw new SetupError(`--minutes ${values.minutes}: give a number above 0`);
}
