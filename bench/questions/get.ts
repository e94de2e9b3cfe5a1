import type { Bench } from '../bench.js';
import { mixedLines, plainLines, unchangedLines, unknownLines } from '../load/lines.js';
import { askInRounds, type Manner } from '../load/rounds.js';
import { type Answer, ratio, workRatio } from '../report/answer.js';
import {
  BARE_FASTIFY,
  BARE_HTTP,
  BARE_HTTP_TAGS,
  type Contender,
  GO_SERVER,
  SERVICE,
} from '../server/contenders.js';
import { startAll } from '../server/start-all.js';
import { many, type Question } from './question.js';

const CONNECTIONS = 64;

/** How many accounts a second are served over connections that stay open? */
export const getQuestion: Question = {
  about: 'GETs over kept connections: plain, unchanged (304), unknown (404), mixed',
  sizes: [1_000, 100_000],
  ask,
};

async function ask(bench: Bench, size: number): Promise<Answer[]> {
  const { keys } = bench.accounts(size);
  const kept = { connections: CONNECTIONS, newConnections: false, percentUnknown: 0, isUniform: true };
  const plain: Manner = { ...kept, linesFor: () => plainLines(keys) };
  const unchanged: Manner = {
    ...kept,
    linesFor: (server) => unchangedLines(keys, server),
    isUniform: false,
  };
  const unknown: Manner = { ...kept, linesFor: unknownLines, percentUnknown: 100 };
  const mixed: Manner = {
    ...kept,
    linesFor: (server) => mixedLines(keys, server),
    percentUnknown: 10,
    isUniform: false,
  };
  const all = await startAll(bench, size, [SERVICE, BARE_HTTP, BARE_HTTP_TAGS, BARE_FASTIFY, GO_SERVER]);
  try {
    const compare = async (name: string, manner: Manner, contenders: Contender[], targets = false) => {
      const rows = await askInRounds(bench, all.running(contenders), manner);
      return answerOf(`${name}, ${many(size)}, ${CONNECTIONS} kept connections`, rows, contenders, targets);
    };
    return [
      await compare('GET', plain, [SERVICE, BARE_HTTP, BARE_FASTIFY, GO_SERVER], true),
      await compare('GET of what has not changed (304)', unchanged, [SERVICE, BARE_HTTP_TAGS, GO_SERVER]),
      await compare('GET of unknown accounts (404)', unknown, [SERVICE, BARE_HTTP, GO_SERVER]),
      await compare('GET, 70 % plain, 20 % 304, 10 % 404', mixed, [SERVICE, BARE_HTTP_TAGS, GO_SERVER]),
    ];
  } finally {
    await all.stop();
  }
}

const TARGETS = new Map([
  [BARE_HTTP, { atLeast: 0.9 }],
  [GO_SERVER, { atLeast: 7 }],
]);

function answerOf(
  question: string,
  rows: Answer['rows'],
  contenders: readonly Contender[],
  targets: boolean,
): Answer {
  const findings = contenders
    .filter((contender) => contender !== SERVICE)
    .flatMap((other) => [
      ...ratio(rows, [SERVICE.name, other.name], targets ? TARGETS.get(other) : undefined),
      ...workRatio(rows, [SERVICE.name, other.name]),
    ])
    .map((finding) => ({ ...finding, name: `${question}: ${finding.name}` }));
  return { question, unit: 'requests/s', rows, findings };
}
