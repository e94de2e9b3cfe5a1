import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench } from '../bench.js';
import type { Row } from '../report/answer.js';
import type { RunningServer } from '../server/process.js';
import { spreadOf } from '../statistics.js';
import type { Lines } from './lines.js';
import { ask, type LoadChoices, type LoadResult } from './load.js';

/** How all servers are asked. */
export interface Manner extends Pick<LoadChoices, 'connections' | 'newConnections' | 'isUniform'> {
  /** What a server is asked for. */
  readonly linesFor: (server: RunningServer) => Lines | Promise<Lines>;
  /** How many of a hundred answers are 404. */
  readonly percentUnknown: number;
}

/** A round, with the processor time that the server took for each request: it tells more on a busy machine. */
interface Round extends LoadResult {
  readonly cpuMicroseconds: number;
}

/** Servers whose code has been compiled. */
const warm = new WeakSet<RunningServer>();

/** Asks one server after the other, round by round. @returns requests a second */
export async function askInRounds(
  bench: Bench,
  servers: readonly RunningServer[],
  manner: Manner,
): Promise<Row[]> {
  const { rounds, secondsPerRound, warmUpSeconds } = bench.plan;
  const dir = mkdtempSync(join(tmpdir(), 'nas-bench-lines-'));
  try {
    const asked = await Promise.all(
      servers.map(async (server, index) => {
        const file = join(dir, String(index));
        writeFileSync(file, (await manner.linesFor(server)).map((line) => `${line}\n`).join(''));
        return { server, file, rounds: [] as Round[] };
      }),
    );
    for (const { server, file } of asked.filter(({ server }) => !warm.has(server))) {
      await once(server, file, manner, warmUpSeconds);
      warm.add(server);
    }
    for (let round = 0; round < rounds; round++) {
      for (const one of asked) {
        bench.say(`${one.server.name}, round ${round + 1}`);
        one.rounds.push(await once(one.server, one.file, manner, secondsPerRound));
      }
    }
    return asked.map((one) => rowOf(one.server.name, one.rounds, manner));
  } finally {
    rmSync(dir, { recursive: true });
  }
}

async function once(server: RunningServer, file: string, manner: Manner, seconds: number): Promise<Round> {
  const before = server.cpuSeconds();
  const result = await ask({ ...manner, port: server.port, file, seconds });
  return { ...result, cpuMicroseconds: ((server.cpuSeconds() - before) * 1e6) / result.requests };
}

function rowOf(name: string, rounds: readonly Round[], { percentUnknown }: Manner): Row {
  const sumOf = (pick: (round: Round) => number) => rounds.reduce((sum, round) => sum + pick(round), 0);
  const medianOf = (pick: (round: Round) => number) => spreadOf(rounds.map(pick)).median;
  const percentRefused = (sumOf(({ refusals }) => refusals) / sumOf(({ requests }) => requests)) * 100;
  const failures = sumOf((round) => round.failures);
  const notes = [
    `p50 ${medianOf(({ p50 }) => p50).toFixed(2)} ms`,
    `p99 ${medianOf(({ p99 }) => p99).toFixed(2)} ms`,
    `CPU ${medianOf(({ cpuMicroseconds }) => cpuMicroseconds).toFixed(1)} µs`,
    ...(failures === 0 ? [] : [`${failures} FAILED`]),
    // Chance decides what is asked for.
    ...(Math.abs(percentRefused - percentUnknown) < 1 ? [] : [`${percentRefused.toFixed(1)} % REFUSED`]),
  ];
  return {
    name,
    values: rounds.map(({ requestsPerSecond }) => requestsPerSecond),
    cpuMicroseconds: rounds.map(({ cpuMicroseconds }) => cpuMicroseconds),
    note: notes.join(', '),
  };
}
