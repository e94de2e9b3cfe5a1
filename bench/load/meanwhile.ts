import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Plan } from '../plan.js';
import type { Answer, Finding, Row } from '../report/answer.js';
import type { RunningServer } from '../server/process.js';
import { spreadOf } from '../statistics.js';
import { plainLines } from './lines.js';
import { type PhaseFigures, startPacedLoad } from './paced.js';

/** Until what was late because of what happened has been answered. */
const AFTER_MS = 300;

/** How answers came while nothing else went on, and while something happened, once a round. */
export interface Meanwhile {
  readonly quiet: readonly PhaseFigures[];
  readonly during: readonly PhaseFigures[];
}

/** How GETs are asked while something happens. */
export interface MeanwhileChoices {
  readonly server: RunningServer;
  readonly keys: readonly string[];
  /** Requests a second. */
  readonly rate: number;
  readonly plan: Pick<Plan, 'rounds' | 'quietMs'>;
}

/** Asks for random accounts at a fixed rate, and does something once a round meanwhile. */
export async function whileAsked(
  { server, keys, rate, plan }: MeanwhileChoices,
  happen: (round: number) => Promise<void>,
): Promise<Meanwhile> {
  const dir = mkdtempSync(join(tmpdir(), 'nas-bench-lines-'));
  const file = join(dir, 'lines');
  writeFileSync(file, plainLines(keys).join('\n'));
  const load = await startPacedLoad(server.port, file, rate);
  try {
    for (let round = 0; round < plan.rounds; round++) {
      await load.phase(`quiet ${round}`);
      await sleep(plan.quietMs);
      await load.phase(`during ${round}`);
      await happen(round);
      await load.phase('after');
      await sleep(AFTER_MS);
    }
    const figures = Object.entries(await load.end());
    const of = (name: string) => figures.filter(([phase]) => phase.startsWith(name)).map(([, its]) => its);
    return { quiet: of('quiet'), during: of('during') };
  } finally {
    load.kill();
    rmSync(dir, { recursive: true });
  }
}

/** The table of the times of GETs meanwhile, with a target for their p99 where there is one. */
export function answerMeanwhile(
  what: string,
  rate: number,
  { quiet, during }: Meanwhile,
  target: Pick<Finding, 'atMost'> = {},
): Answer {
  const question = `p99 of GETs at ${rate.toLocaleString('en')} requests/s, ${what}`;
  const value = spreadOf(during.map(({ p99 }) => p99)).median;
  const finding = { name: question, value, unit: 'ms', ...target };
  return {
    question,
    unit: 'ms',
    rows: [rowOf('nothing else goes on', quiet), rowOf('meanwhile', during)],
    findings: [finding],
  };
}

function rowOf(name: string, phases: readonly PhaseFigures[]): Row {
  const medianOf = (pick: (figures: PhaseFigures) => number) => spreadOf(phases.map(pick)).median;
  const failures = phases.reduce((sum, phase) => sum + phase.failures, 0);
  const notes = [
    `p50 ${medianOf(({ p50 }) => p50).toFixed(1)} ms`,
    `slowest ${Math.max(...phases.map(({ max }) => max)).toFixed(1)} ms`,
    `${medianOf(({ requests }) => requests).toFixed(0)} requests`,
    `asker held up by up to ${Math.max(...phases.map(({ heldUp }) => heldUp)).toFixed(1)} ms`,
    ...(failures === 0 ? [] : [`${failures} FAILED`]),
  ];
  return { name, values: phases.map(({ p99 }) => p99), note: notes.join(', ') };
}
