import { EXIT } from '../exit-codes.js';
import { layOut } from '../table.js';
import { say, write } from '../talk.js';
import { counted } from './age.js';
import { faultRows } from './faults.js';
import type { FleetRun } from './fleet-run.js';
import { describeFleet } from './heading.js';
import { type Look, lookAt } from './look.js';
import { looksFor } from './looks.js';
import { collectRows, EVERYTHING, FAULTY, remarks, shownRows, UNSETTLED, worstFirst } from './rows.js';
import { showLook, writeLookJson } from './show.js';
import { waitUntilEffective } from './wait.js';
import { waitProgress } from './wait-progress.js';

/** Waits until what was asked about is effective, and says so, or lists what is not. @returns the exit code */
export async function waitAndShow(run: FleetRun, waitMs: number): Promise<number> {
  const { api, command, stderr } = run;
  const progress = waitProgress(stderr);
  const look = await waitUntilEffective(lookAt(api, command.account), waitMs, progress).finally(() =>
    progress.clear(),
  );
  if (look.absent !== undefined) return showLook(run, look);
  if (command.output === 'json') await writeLookJson(run, look, command.all ? EVERYTHING : FAULTY);
  else await (look.effective ? tellSuccess(run, look) : listFaults(run, look));
  if (look.effective) return EXIT.ok;
  say(stderr, [`not effective${look.final ? '' : ` after ${waitMs / 1000} s`}: ${summary(look)}`]);
  return EXIT.failed;
}

function tellSuccess({ stdout }: FleetRun, look: Look): Promise<void> {
  return write(stdout, `${layOut([[summary(look)]]).join('\n')}\n`);
}

function summary({ fleet, row }: Look): string {
  if (row === undefined) return describeFleet(fleet);
  const who = row.name === '' ? row.account : row.name;
  if (row.state === 'expired') return `${who} has expired`;
  const running = row.servers.filter(({ effect }) => effect === 'current').length;
  if (row.state !== 'effective') return `${who} is ${row.state}`;
  return running === 0
    ? `${who} is effective: no server has it`
    : `${who} is effective on ${counted(running, 'server')}`;
}

async function listFaults({ api, stdout, env, command }: FleetRun, { fleet, row }: Look): Promise<void> {
  const looks = looksFor(stdout, env);
  const choice = shownRows(fleet, UNSETTLED, command.all);
  const rows = row === undefined ? await collectRows(api, fleet, choice) : [row];
  const more = row === undefined ? remarks(fleet, choice, rows.length) : [];
  const lines = [...layOut(faultRows(rows.toSorted(worstFirst), fleet, looks)), ...more];
  await write(stdout, lines.map((line) => `${line}\n`).join(''));
}
