import { makeRevisions } from '../accounts/revisions.js';
import type { Bench } from '../bench.js';
import { answerMeanwhile, whileAsked } from '../load/meanwhile.js';
import { untilServed } from '../load/until-served.js';
import type { Answer } from '../report/answer.js';
import { SERVICE } from '../server/contenders.js';
import { many, type Question } from './question.js';

const CHANGED = 1_000;
const RATE = 10_000;
/** Looking whether a change is served is not to be a load of its own. */
const LOOK_EVERY_MS = 5;

/** Do GETs notice that git changes a thousand accounts, and how soon are all of these served? */
export const checkoutQuestion: Question = {
  about: 'a git checkout of 1,000 changed accounts while GETs run',
  sizes: [10_000, 100_000],
  ask,
};

async function ask(bench: Bench, size: number): Promise<Answer[]> {
  const accounts = bench.accounts(size);
  bench.say(`${many(size)}: committing`);
  const changed = accounts.keys.slice(0, CHANGED);
  const revisions = makeRevisions(accounts, changed, bench.plan.rounds);
  const times: number[] = [];
  const meanwhile = await bench.serve(SERVICE, accounts, (server) =>
    whileAsked({ server, keys: accounts.keys, rate: RATE, plan: bench.plan }, async (round) => {
      bench.say(`${many(size)}: checkout ${round + 1}`);
      const startedAt = performance.now();
      revisions.checkOut(round);
      const expected = revisions.tokens[round] ?? new Map();
      times.push((await untilServed(server.port, expected, LOOK_EVERY_MS)) - startedAt);
    }),
  );
  const what = `a git checkout of ${changed.length.toLocaleString('en')} of ${many(size)}`;
  return [
    {
      question: `From the start of ${what} until all of them are served, GETs meanwhile`,
      unit: 'ms',
      rows: [{ name: SERVICE.name, values: times }],
      findings: [],
    },
    answerMeanwhile(`during ${what}, until all are served`, RATE, meanwhile, { atMost: 20 }),
  ];
}
