import type { Accounts } from '../accounts/directories.js';
import { readIntoMemory } from '../accounts/in-memory.js';
import type { Bench } from '../bench.js';
import { type Answer, type Finding, type Row, ratio } from '../report/answer.js';
import { type Contender, GO_SERVER, SERVICE, SERVICE_DIR } from '../server/contenders.js';
import { untilSettled } from '../server/settled.js';
import { spreadOf } from '../statistics.js';
import { many, type Question } from './question.js';

interface Boot {
  readonly readyMs: number;
  readonly readyCpuMs: number;
  /** Until nothing is left to do: this project's server judges accounts after it is ready, before or at their first GET. */
  readonly settledMs: number;
  readonly memoryMb: number;
  readonly mostMemoryMb: number;
}

type Target = Pick<Finding, 'atMost'>;

/** For this project's server, by number of accounts: how its time compares with Go's, in milliseconds, and its memory. */
const TARGETS: ReadonlyMap<number, { readonly toGo: Target; readonly ms?: Target; readonly mb?: Target }> =
  new Map([
    [10_000, { toGo: { atMost: 0.6 }, ms: { atMost: 1000 } }],
    [100_000, { toGo: { atMost: 0.4 }, mb: { atMost: 450 } }],
  ]);

/** How long does a start take, how much processor time, and how much memory? */
export const bootQuestion: Question = {
  about: 'starts: until ready, until all is verified, processor time, memory',
  sizes: [1_000, 10_000, 100_000],
  ask,
};

async function ask(bench: Bench, size: number): Promise<Answer[]> {
  const accounts = bench.accounts(size);
  const contenders = bench.present(SERVICE, SERVICE_DIR, GO_SERVER);
  const boots = new Map(contenders.map((contender) => [contender, [] as Boot[]]));
  for (let round = 0; round < bench.plan.rounds; round++) {
    for (const [contender, its] of boots) {
      bench.say(`${contender.name}, ${many(size)}, start ${round + 1}`);
      its.push(await boot(bench, contender, accounts));
    }
  }
  const table = (what: string, unit: string, pick: (boot: Boot) => number): Answer => {
    const rows = [...boots].map(([{ name }, its]): Row => ({ name, values: its.map(pick) }));
    return { question: `Start with ${many(size)}: ${what}`, unit, rows, findings: [] };
  };
  const targets = TARGETS.get(size);
  const ready = table('until ready', 'ms', ({ readyMs }) => readyMs);
  const memory = table('memory once nothing is left to do', 'MB', ({ memoryMb }) => memoryMb);
  const mostMemory = table('most memory until then', 'MB', ({ mostMemoryMb }) => mostMemoryMb);
  return [
    withFindings(ready, [
      ...ratio(ready.rows, [SERVICE.name, GO_SERVER.name], targets?.toGo),
      ...medianOfOurs(ready, targets?.ms),
    ]),
    table('processor time until ready', 'ms', ({ readyCpuMs }) => readyCpuMs),
    table('until nothing is left to do: all is verified', 'ms', ({ settledMs }) => settledMs),
    withFindings(memory, medianOfOurs(memory, targets?.mb)),
    mostMemory,
  ];
}

async function boot(bench: Bench, contender: Contender, accounts: Accounts): Promise<Boot> {
  readIntoMemory(contender === SERVICE ? accounts.nscDir : accounts.flatDir);
  const startedAt = performance.now();
  const server = await bench.start(contender, accounts);
  try {
    // The profile is to tell what happens until it is ready.
    const settledMs = bench.profile === undefined ? (await untilSettled(server)) - startedAt : 0;
    const { readyMs, readyCpuSeconds } = server;
    const { now: memoryMb, most: mostMemoryMb } = server.memory();
    return { readyMs, readyCpuMs: readyCpuSeconds * 1000, settledMs, memoryMb, mostMemoryMb };
  } finally {
    await server.stop();
  }
}

function medianOfOurs({ rows, unit }: Answer, target: Target | undefined): Finding[] {
  const ours = rows.find(({ name }) => name === SERVICE.name);
  if (ours === undefined || target === undefined) return [];
  return [{ name: SERVICE.name, value: spreadOf(ours.values).median, unit, ...target }];
}

/** Named so that each can stand by itself. */
const withFindings = (answer: Answer, findings: readonly Finding[]): Answer => ({
  ...answer,
  findings: findings.map((finding) => ({ ...finding, name: `${answer.question}: ${finding.name}` })),
});
