import { linkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Accounts } from '../accounts/directories.js';
import type { Bench } from '../bench.js';
import { untilServed } from '../load/until-served.js';
import type { Answer } from '../report/answer.js';
import { SERVICE } from '../server/contenders.js';
import type { RunningServer } from '../server/process.js';
import { gauge } from '../server/settled.js';
import { spreadOf } from '../statistics.js';
import { many, type Question } from './question.js';

/** Sweeps of the service where nothing else is said; see `store.sweep_interval`. */
const USUAL_EVERY_SECONDS = 30;
/** Shorter here, to see many; what one costs does not depend on it. */
const EVERY_SECONDS = 2;
const POLL_MS = 200;

/** What does a complete look at the directory cost, and how soon does it find what the system did not tell? */
export const sweepQuestion: Question = {
  about: 'sweeps: processor time a minute; one change on disk, until it is served, by a sweep alone',
  sizes: [1_000, 10_000, 100_000],
  ask,
};

async function ask(bench: Bench, size: number): Promise<Answer[]> {
  const accounts = bench.accounts(size);
  const hidden = hiddenChanges(accounts, bench.plan.sweptChanges);
  const more = ['--sweep', `${EVERY_SECONDS}s`];
  try {
    return await bench.serve(SERVICE, accounts, (server) => measure(size, bench, server, hidden), { more });
  } finally {
    for (const { link } of hidden) rmSync(link);
  }
}

async function measure(
  size: number,
  bench: Bench,
  server: RunningServer,
  hidden: readonly HiddenChange[],
): Promise<Answer[]> {
  bench.say(`${many(size)}: sweeps`);
  const costs = await cpuSecondsOfSweeps(server, bench.plan.rounds);
  const times: number[] = [];
  for (const { key, link, token } of hidden) {
    const startedAt = performance.now();
    writeFileSync(link, token);
    times.push((await untilServed(server.port, new Map([[key, token]]))) - startedAt);
  }
  const perMinute = (60 / USUAL_EVERY_SECONDS) * spreadOf(costs).median;
  const cost = `Processor time of one sweep, ${many(size)}`;
  const found = `From a change of a file to the GET that shows it, ${many(size)}, by a sweep alone, every ${EVERY_SECONDS} s`;
  return [
    {
      question: cost,
      unit: 's',
      rows: [{ name: SERVICE.name, values: costs }],
      findings: [
        {
          name: `${cost}: a minute, every ${USUAL_EVERY_SECONDS} s`,
          value: perMinute,
          unit: 's',
          atMost: 1.5,
        },
      ],
    },
    { question: found, unit: 'ms', rows: [{ name: SERVICE.name, values: times }], findings: [] },
  ];
}

/** All that the server does between the ends of two sweeps, which is little but one sweep. */
async function cpuSecondsOfSweeps(server: RunningServer, rounds: number): Promise<number[]> {
  const costs: number[] = [];
  for (let before = await afterSweep(server); costs.length < rounds; ) {
    const after = await afterSweep(server);
    costs.push((after.cpuSeconds - before.cpuSeconds) / (after.sweeps - before.sweeps));
    before = after;
  }
  return costs;
}

async function afterSweep(server: RunningServer): Promise<{ sweeps: number; cpuSeconds: number }> {
  const ended = async () => (await gauge(server, 'nats_account_server_sweep_duration_seconds_count')) ?? 0;
  const before = await ended();
  for (;;) {
    await sleep(POLL_MS);
    const sweeps = await ended();
    if (sweeps > before) return { sweeps, cpuSeconds: server.cpuSeconds() };
  }
}

/** A change through another name of the file, outside the directory: the system tells nobody who watches the directory. */
interface HiddenChange {
  readonly key: string;
  readonly link: string;
  readonly token: string;
}

function hiddenChanges(accounts: Accounts, count: number): HiddenChange[] {
  return accounts.keys.slice(-count).map((key) => {
    const link = join(accounts.root, `${key}.link`);
    linkSync(accounts.nscFile(key), link);
    return { key, link, token: accounts.reissue(key) };
  });
}
