/**
 * `npm start [-- options]`: sets up what is missing, then runs the program: the demo, or with options of one's own
 * (`npm start -- --nsc DIR`) whatever they ask for.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runScript } from './processes.mjs';
import { ROOT, setUp } from './setup.mjs';

/** The program's arguments: without any, or with options that only the demo has, it is the demo that runs. */
function programArguments(args) {
  const hasCommand = args.length > 0 && !args[0].startsWith('-');
  const isDemo = args.length === 0 || (!hasCommand && args.includes('--with-nats-server'));
  return isDemo ? ['demo', ...args] : args;
}

await runScript(async () => {
  await setUp();
  const program = join(ROOT, 'dist/main.js');
  // The program runs in this very process: signals, standard input and the exit code are its own.
  process.argv = [process.execPath, program, ...programArguments(process.argv.slice(2))];
  await import(pathToFileURL(program).href);
});
