import { renameSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Accounts } from '../accounts/directories.js';
import type { Bench } from '../bench.js';
import { untilServed } from '../load/until-served.js';
import type { Answer, Row } from '../report/answer.js';
import { SERVICE } from '../server/contenders.js';
import { spreadOf } from '../statistics.js';
import { many, type Question } from './question.js';

/** So that changes do not fall into one batch of file events. */
const PAUSE_MS = 50;

/** How files are changed: nsc truncates and writes, most other programs write aside and rename. */
const WRITERS: Readonly<Record<string, (file: string, text: string) => void>> = {
  'written in place, as by nsc': (file, text) => writeFileSync(file, text),
  'replaced by rename': (file, text) => {
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  },
};

/** How soon is a change of a file served, when the system tells of it? */
export const changeQuestion: Question = {
  about: 'one change on disk, until it is served, by file events',
  sizes: [1_000, 10_000, 100_000],
  ask,
};

async function ask(bench: Bench, size: number): Promise<Answer[]> {
  const accounts = bench.accounts(size);
  const rows: Row[] = await bench.serve(SERVICE, accounts, async ({ port }) => {
    const measured: Row[] = [];
    for (const [name, write] of Object.entries(WRITERS)) {
      bench.say(`${many(size)}: ${name}`);
      const keys = accounts.keys.slice(0, bench.plan.changes);
      measured.push({ name, values: await timesOf(port, accounts, keys, write) });
    }
    return measured;
  });
  const slowest = Math.max(...rows.map(({ values }) => spreadOf(values).median));
  const question = `From a change of a file to the GET that shows it, ${many(size)}, by file events`;
  const findings = [{ name: `${question}: median`, value: slowest, unit: 'ms', atMost: 50 }];
  return [{ question, unit: 'ms', rows, findings }];
}

async function timesOf(
  port: number,
  accounts: Accounts,
  keys: readonly string[],
  write: (file: string, text: string) => void,
): Promise<number[]> {
  const times: number[] = [];
  for (const key of keys) {
    const token = accounts.reissue(key);
    const startedAt = performance.now();
    write(accounts.nscFile(key), token);
    times.push((await untilServed(port, new Map([[key, token]]))) - startedAt);
    await sleep(PAUSE_MS);
  }
  return times;
}
