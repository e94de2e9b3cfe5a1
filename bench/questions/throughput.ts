import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Accounts } from '../accounts.js';
import type { Contender } from '../contenders.js';
import { ask, type LoadChoices, type LoadResult } from '../load/load.js';
import type { Plan } from '../plan.js';
import type { Finding, Row } from '../report.js';
import { type RunningServer, startServer } from '../server-process.js';
import { spreadOf } from '../statistics.js';

/** How all contenders are asked. */
export type Manner = Pick<LoadChoices, 'connections' | 'newConnections'>;

/** Asks each contender for random accounts, in interleaved rounds. */
export async function measureThroughput(
  contenders: readonly Contender[],
  manner: Manner,
  accounts: Accounts,
  plan: Plan,
): Promise<Row[]> {
  const dir = mkdtempSync(join(tmpdir(), 'nas-bench-paths-'));
  const pathsFile = join(dir, 'paths');
  writeFileSync(pathsFile, accounts.keys.map((key) => `/jwt/v1/accounts/${key}\n`).join(''));
  const servers: RunningServer[] = [];
  try {
    for (const contender of contenders) servers.push(await startServer(contender, accounts));
    return await inRounds(servers, plan, (port, seconds) => ask({ ...manner, port, pathsFile, seconds }));
  } finally {
    for (const server of servers) await server.stop();
    rmSync(dir, { recursive: true });
  }
}

/** A round, with the processor time that the server took for each request: it tells more on a busy machine. */
interface Round extends LoadResult {
  readonly cpuMicroseconds: number;
}

async function inRounds(
  servers: readonly RunningServer[],
  plan: Plan,
  once: (port: number, seconds: number) => Promise<LoadResult>,
): Promise<Row[]> {
  for (const { port } of servers) await once(port, plan.warmUpSeconds);
  const measured = servers.map((server) => ({ server, rounds: [] as Round[] }));
  for (let round = 0; round < plan.rounds; round++) {
    for (const { server, rounds } of measured) {
      const before = server.cpuSeconds();
      const result = await once(server.port, plan.secondsPerRound);
      const cpuMicroseconds = ((server.cpuSeconds() - before) * 1e6) / result.requests;
      rounds.push({ ...result, cpuMicroseconds });
    }
  }
  return measured.map(({ server, rounds }) => rowOf(server.name, rounds));
}

function rowOf(name: string, rounds: readonly Round[]): Row {
  const medianOf = (pick: (round: Round) => number) => spreadOf(rounds.map(pick)).median;
  const failures = rounds.reduce((sum, round) => sum + round.failures, 0);
  const notes = [
    `p50 ${medianOf(({ p50 }) => p50).toFixed(2)} ms`,
    `p99 ${medianOf(({ p99 }) => p99).toFixed(2)} ms`,
    `CPU ${medianOf(({ cpuMicroseconds }) => cpuMicroseconds).toFixed(1)} µs`,
    ...(failures === 0 ? [] : [`${failures} FAILED`]),
  ];
  return { name, values: rounds.map(({ requestsPerSecond }) => requestsPerSecond), note: notes.join(', ') };
}

/**
 * How many times as fast one contender is as another: the median of the rounds' ratios, since the two were measured one
 * right after the other in each. None when either did not take part.
 */
export function ratio(rows: readonly Row[], one: string, other: string, atLeast?: number): Finding[] {
  const valuesOf = (name: string) => rows.find((row) => row.name === name)?.values;
  const [above, below] = [valuesOf(one), valuesOf(other)];
  if (above === undefined || below === undefined) return [];
  const { median } = spreadOf(above.map((value, round) => value / (below[round] ?? Number.NaN)));
  return [{ name: `${one} / ${other}`, value: median, unit: '', ...(atLeast !== undefined && { atLeast }) }];
}
