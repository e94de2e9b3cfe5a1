// Starts the benchmark: TypeScript through tsx, after making sure that the program is built.
import { register } from 'tsx/esm/api';
import { runScript } from '../scripts/processes.mjs';
import { setUp } from '../scripts/setup.mjs';

await runScript(async () => {
  await setUp();
  register();
  const { main } = await import('./main.ts');
  return main(process.argv.slice(2));
});
