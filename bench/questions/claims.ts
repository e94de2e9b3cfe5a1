import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ClaimsCosts } from '../claims/measure.js';
import type { Answer } from '../report/answer.js';
import { pinned } from '../server/cores.js';
import { spreadOf } from '../statistics.js';
import type { Question } from './question.js';

const MEASURE = fileURLToPath(new URL('../claims/measure.ts', import.meta.url));

/** What does it cost to judge a token, good or forged? */
export const claimsQuestion: Question = {
  about: 'judging a token, good or forged',
  ask: async ({ plan }) => answersOf(measure(plan.rounds)),
};

function answersOf(costs: ClaimsCosts): Answer[] {
  const times = spreadOf(costs.library).median / spreadOf(costs.ours).median;
  const forged = costs.forged.map((forgery) => ({ name: forgery.name, values: forgery.times }));
  const slowest = Math.max(...forged.map(({ values }) => spreadOf(values).median));
  return [
    {
      question: `Judging an account token of ${costs.tokenBytes} bytes: decode, verify, validate, trust`,
      unit: 'µs',
      rows: [
        { name: 'nats-account-server', values: costs.ours },
        { name: '@nats-io/jwt decode', values: costs.library, note: 'decodes and verifies only' },
      ],
      findings: [
        { name: 'Judging an account token', value: spreadOf(costs.ours).median, unit: 'µs', atMost: 250 },
        {
          name: 'Judging an account token: times as fast as @nats-io/jwt',
          value: times,
          unit: '',
          atLeast: 50,
        },
      ],
    },
    {
      question: 'Refusing a forged token of 1 MiB',
      unit: 'ms',
      rows: forged,
      findings: [
        { name: 'Refusing a forged token of 1 MiB, slowest median', value: slowest, unit: 'ms', atMost: 15 },
        {
          name: 'Refusing a forged token of 1 MiB, memory',
          value: costs.forgedMemoryMb,
          unit: 'MB more',
          atMost: 20,
        },
      ],
    },
  ];
}

function measure(rounds: number): ClaimsCosts {
  const [program = '', ...args] = pinned('server', [
    process.execPath,
    '--import',
    'tsx',
    MEASURE,
    String(rounds),
  ]);
  const { stdout, stderr, status } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`measuring claims failed:\n${stderr}`);
  return JSON.parse(stdout) as ClaimsCosts;
}
