import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ClaimsCosts } from '../claims/measure.js';
import { pinned } from '../cores.js';
import type { Plan } from '../plan.js';
import type { Answer } from '../report.js';
import { spreadOf } from '../statistics.js';

const MEASURE = fileURLToPath(new URL('../claims/measure.ts', import.meta.url));

/** What does it cost to judge a token, good or forged? */
export function claimsQuestion(plan: Plan): Answer[] {
  const costs = measure(plan.rounds);
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
        { name: 'one token', value: spreadOf(costs.ours).median, unit: 'µs', atMost: 250 },
        { name: 'times as fast', value: times, unit: '', atLeast: 50 },
      ],
    },
    {
      question: 'Refusing a forged token of 1 MiB',
      unit: 'ms',
      rows: forged,
      findings: [
        { name: 'slowest median', value: slowest, unit: 'ms', atMost: 15 },
        { name: 'memory', value: costs.forgedMemoryMb, unit: 'MB more', atMost: 20 },
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
