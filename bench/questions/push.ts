import { rmSync } from 'node:fs';
import { makeDirectoryApart } from '../accounts/apart.js';
import type { Accounts } from '../accounts/directories.js';
import { makeAccounts } from '../accounts/directories.js';
import type { Bench } from '../bench.js';
import { type PushResult, push } from '../load/push.js';
import { type Answer, type Finding, type Row, ratio, workRatio } from '../report/answer.js';
import { BARE_DURABLE, type Contender, GO_SERVER, SERVICE, SERVICE_DIR } from '../server/contenders.js';
import type { RunningServer } from '../server/process.js';
import { spreadOf } from '../statistics.js';
import { many, type Question } from './question.js';

interface Pushed {
  readonly server: RunningServer;
  /** Each has a directory of its own: they write to it. */
  readonly accounts: Accounts;
}

/** How many accounts a second can be pushed? */
export const pushQuestion: Question = {
  about: 'POSTs, synced to disk: one after the other, and 16 at once',
  sizes: [1_000],
  async ask(bench, size) {
    const { inTurn, atOnce } = bench.plan.pushes;
    const pushed: Pushed[] = [];
    const apart = makeDirectoryApart();
    try {
      for (const contender of bench.present(SERVICE, SERVICE_DIR, BARE_DURABLE, GO_SERVER)) {
        pushed.push(await start(bench, contender, makeAccounts(size, apart)));
      }
      return [
        await compare(bench, pushed, { size, count: inTurn, atOnce: 1, atLeast: 0.8 }),
        await compare(bench, pushed, { size, count: atOnce, atOnce: 16, atLeast: 1.2 }),
      ];
    } finally {
      for (const { server, accounts } of pushed) {
        await server.stop();
        accounts.remove();
      }
      rmSync(apart, { recursive: true, force: true });
    }
  },
};

async function start(bench: Bench, contender: Contender, accounts: Accounts): Promise<Pushed> {
  const server = await bench.start(contender, accounts);
  await bench.settle(server);
  return { accounts, server };
}

interface Manner extends Required<Pick<Finding, 'atLeast'>> {
  readonly size: number;
  readonly count: number;
  readonly atOnce: number;
}

async function compare(bench: Bench, pushed: readonly Pushed[], manner: Manner): Promise<Answer> {
  const results = pushed.map((): Round[] => []);
  // The first round is for warming up.
  for (let round = 0; round <= bench.plan.rounds; round++) {
    for (const [index, one] of pushed.entries()) {
      bench.say(`${one.server.name}, ${manner.atOnce} at once, round ${round}`);
      const result = await once(one, manner);
      if (round > 0) results[index]?.push(result);
    }
  }
  const rows = pushed.map(({ server }, index) => rowOf(server.name, results[index] ?? []));
  const how = manner.atOnce === 1 ? 'one after the other' : `${manner.atOnce} at once`;
  const question = `POST, ${how}, ${many(manner.size)}; the Go server does not sync`;
  const findings = [
    ...ratio(rows, [SERVICE.name, GO_SERVER.name], { atLeast: manner.atLeast }),
    ...ratio(rows, [SERVICE_DIR.name, GO_SERVER.name], { atLeast: manner.atLeast }),
    // What any program on this platform can reach at most, that syncs before it answers.
    ...ratio(rows, [BARE_DURABLE.name, GO_SERVER.name]),
    ...[SERVICE, SERVICE_DIR].flatMap(({ name }) => [
      ...ratio(rows, [name, BARE_DURABLE.name]),
      ...workRatio(rows, [name, BARE_DURABLE.name]),
    ]),
  ].map((finding) => ({ ...finding, name: `POST, ${how}: ${finding.name}` }));
  return { question, unit: 'pushes/s', rows, findings };
}

/** A round, with the processor time that the server took for each push. */
interface Round extends PushResult {
  readonly cpuMicroseconds: number;
}

async function once({ server, accounts }: Pushed, { count, atOnce }: Manner): Promise<Round> {
  const keys = Array.from({ length: count }, (_, index) => accounts.keys[index % accounts.keys.length] ?? '');
  const pushes = keys.map((key) => ({ key, token: accounts.reissue(key) }));
  const before = server.cpuSeconds();
  const result = await push({ port: server.port, pushes, atOnce });
  return { ...result, cpuMicroseconds: ((server.cpuSeconds() - before) * 1e6) / count };
}

function rowOf(name: string, results: readonly Round[]): Row {
  const medianOf = (pick: (result: Round) => number) => spreadOf(results.map(pick)).median.toFixed(2);
  const failures = results.reduce((sum, result) => sum + result.failures, 0);
  const notes = [
    `p50 ${medianOf(({ p50 }) => p50)} ms`,
    `p99 ${medianOf(({ p99 }) => p99)} ms`,
    `CPU ${medianOf(({ cpuMicroseconds }) => cpuMicroseconds / 1000)} ms`,
    ...(failures === 0 ? [] : [`${failures} FAILED`]),
  ];
  return {
    name,
    values: results.map(({ pushesPerSecond }) => pushesPerSecond),
    cpuMicroseconds: results.map(({ cpuMicroseconds }) => cpuMicroseconds),
    note: notes.join(', '),
  };
}
