import { plainLines } from '../load/lines.js';
import { askInRounds } from '../load/rounds.js';
import { ratio, workRatio } from '../report/answer.js';
import { BARE_FASTIFY, BARE_HTTP, GO_SERVER, SERVICE } from '../server/contenders.js';
import { startAll } from '../server/start-all.js';
import { many, type Question } from './question.js';

const AT_ONCE = 200;

/** How many accounts a second does a herd get, in which every request comes over a connection of its own? */
export const connectQuestion: Question = {
  about: `a herd: a new connection for each GET, ${AT_ONCE} at once`,
  sizes: [1_000],
  async ask(bench, size) {
    const { keys } = bench.accounts(size);
    const contenders = [SERVICE, BARE_HTTP, BARE_FASTIFY, GO_SERVER];
    const all = await startAll(bench, size, contenders);
    try {
      const rows = await askInRounds(bench, all.running(contenders), {
        connections: AT_ONCE,
        newConnections: true,
        isUniform: true,
        percentUnknown: 0,
        linesFor: () => plainLines(keys),
      });
      const question = `GET, ${many(size)}, a new connection each, ${AT_ONCE} at once`;
      const findings = [
        ...ratio(rows, [SERVICE.name, BARE_HTTP.name], { atLeast: 0.85 }),
        ...ratio(rows, [SERVICE.name, BARE_FASTIFY.name]),
        ...ratio(rows, [SERVICE.name, GO_SERVER.name], { atLeast: 1.4 }),
        ...workRatio(rows, [SERVICE.name, BARE_HTTP.name]),
        ...workRatio(rows, [SERVICE.name, GO_SERVER.name]),
      ].map((finding) => ({ ...finding, name: `${question}: ${finding.name}` }));
      return [{ question, unit: 'requests/s', rows, findings }];
    } finally {
      await all.stop();
    }
  },
};
