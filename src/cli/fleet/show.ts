import { EXIT } from '../exit-codes.js';
import { say, write } from '../talk.js';
import { renderAccount } from './account-detail.js';
import { writeFleetJson, writeJson } from './fleet-json.js';
import type { FleetRun } from './fleet-run.js';
import type { Look } from './look.js';
import { type Looks, looksFor } from './looks.js';
import { renderOverview } from './overview.js';
import { EVERYTHING, type RowChoice, rowsOf, shownRows } from './rows.js';

/** Shows what was asked about. @returns the exit code */
export async function showLook(run: FleetRun, look: Look): Promise<number> {
  const { stdout, stderr, env, command } = run;
  if (look.absent !== undefined) {
    say(stderr, [look.absent]);
    return EXIT.failed;
  }
  if (command.output === 'json') await writeLookJson(run, look, EVERYTHING);
  else await write(stdout, `${(await renderLook(run, look, looksFor(stdout, env))).join('\n')}\n`);
  return EXIT.ok;
}

/** The lines for people. */
export async function renderLook(
  { api, command: { all } }: Pick<FleetRun, 'api' | 'command'>,
  { fleet, row, absent }: Look,
  looks: Looks,
  signal?: AbortSignal,
): Promise<string[]> {
  if (absent !== undefined) return [absent];
  if (row !== undefined) return renderAccount(row, fleet, looks);
  const choice = shownRows(fleet, EVERYTHING, all);
  return renderOverview({ fleet, rows: rowsOf(api, fleet, choice, signal), choice, allServers: all }, looks);
}

/** The same for programs, with these accounts. */
export function writeLookJson(
  { api, stdout }: FleetRun,
  { fleet, row }: Look,
  choice: RowChoice,
): Promise<void> {
  if (row !== undefined) return writeJson(stdout, row.json);
  return writeFleetJson(stdout, fleet, rowsOf(api, fleet, choice));
}
