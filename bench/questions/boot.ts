import { setTimeout as sleep } from 'node:timers/promises';
import type { Accounts } from '../accounts.js';
import { GO_SERVER, present, SERVICE } from '../contenders.js';
import type { Plan } from '../plan.js';
import type { Answer, Row } from '../report.js';
import { startServer } from '../server-process.js';
import { spreadOf } from '../statistics.js';

/** Long enough for the first garbage collections after the start. */
const SETTLE_MS = 2000;

interface Boot {
  readonly readyMs: number;
  readonly memoryMb: number;
  readonly mostMemoryMb: number;
}

/** How long does a start take, and how much memory, with all accounts? */
export async function bootQuestion(accounts: Accounts, plan: Plan): Promise<Answer> {
  const contenders = present([SERVICE, GO_SERVER]);
  const boots = contenders.map((): Boot[] => []);
  for (let round = 0; round < plan.rounds; round++) {
    for (const [index, contender] of contenders.entries()) {
      boots[index]?.push(await boot(() => startServer(contender, accounts)));
    }
  }
  const rows = contenders.map(({ name }, index) => rowOf(name, boots[index] ?? []));
  const [ours = []] = boots;
  return {
    question: `Start with ${accounts.keys.length} accounts, until the probe is answered with 200`,
    unit: 'ms',
    rows,
    findings: [
      { name: 'ready', value: spreadOf(ours.map(({ readyMs }) => readyMs)).median, unit: 'ms', atMost: 3000 },
      {
        name: 'memory',
        value: spreadOf(ours.map(({ memoryMb }) => memoryMb)).median,
        unit: 'MB',
        atMost: 200,
      },
    ],
  };
}

async function boot(start: () => ReturnType<typeof startServer>): Promise<Boot> {
  const server = await start();
  try {
    await sleep(SETTLE_MS);
    const { now, most } = server.memory();
    return { readyMs: server.readyMs, memoryMb: now, mostMemoryMb: most };
  } finally {
    await server.stop();
  }
}

function rowOf(name: string, boots: readonly Boot[]): Row {
  const medianOf = (pick: (boot: Boot) => number) => spreadOf(boots.map(pick)).median.toFixed(0);
  const memory = `${medianOf(({ memoryMb }) => memoryMb)} MB, ${medianOf(({ mostMemoryMb }) => mostMemoryMb)} MB at most`;
  return { name, values: boots.map(({ readyMs }) => readyMs), note: memory };
}
