#!/usr/bin/env node
import { keepCompiledCode } from './cli/compile-cache.js';
import { tuneEngine } from './cli/engine.js';

keepCompiledCode(process.env);
tuneEngine();
const [{ runCli }, { packageVersion }] = await Promise.all([
  import('./cli/run.js'),
  import('./cli/version.js'),
]);

process.title = 'nats-account-server';
// Whoever reads our output may have read enough (`| head`): then there is nobody left to write for.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

process.exitCode = await runCli(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  version: packageVersion(),
  // Loaded when needed: most of a second that `inspect` and `--help` need not wait.
  createLog: async (logging) => (await import('./observability/logger.js')).createLogger(logging),
  startApp: async (config, extras) => (await import('./app.js')).startApp(config, extras),
});
