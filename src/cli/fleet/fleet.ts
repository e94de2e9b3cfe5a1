import { type ConfigSources, readConfig } from '../../config/load.js';
import { EXIT } from '../exit-codes.js';
import type { Surroundings } from '../ports.js';
import { say, sayProblems } from '../talk.js';
import { findService, UsageProblem } from './address.js';
import { FleetApi } from './fleet-api.js';
import type { FleetRun } from './fleet-run.js';
import { lookAt } from './look.js';
import { ServiceProblem } from './problem.js';
import type { FleetRequest } from './request.js';
import { showLook } from './show.js';
import { waitAndShow } from './wait-and-show.js';
import { watchFleet } from './watch.js';

/** Runs `fleet`. @returns the exit code, see {@link EXIT} */
export async function fleet(
  surroundings: Surroundings,
  command: FleetRequest,
  sources: ConfigSources,
): Promise<number> {
  const loaded = readConfig(sources);
  if (!loaded.ok) {
    sayProblems(surroundings.stderr, loaded);
    return EXIT.failed;
  }
  try {
    const api = new FleetApi(findService(command, loaded.config));
    return await run({ ...surroundings, api, command });
  } catch (error) {
    if (!(error instanceof ServiceProblem || error instanceof UsageProblem)) throw error;
    say(surroundings.stderr, [error.message]);
    return error instanceof UsageProblem ? EXIT.usage : EXIT.failed;
  }
}

async function run(run: FleetRun): Promise<number> {
  const { mode, account } = run.command;
  if (mode === 'watch') return watchFleet(run);
  if (mode === 'once') return showLook(run, await lookAt(run.api, account)());
  return waitAndShow(run, mode.waitMs);
}
