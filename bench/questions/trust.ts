import { makeSigningKey } from '../accounts/signing-key.js';
import type { Bench } from '../bench.js';
import { answerMeanwhile, whileAsked } from '../load/meanwhile.js';
import { untilServed } from '../load/until-served.js';
import type { Answer } from '../report/answer.js';
import { SERVICE } from '../server/contenders.js';
import { many, type Question } from './question.js';

const RATE = 2_000;
/** Looking whether a change is served is not to be a load of its own. */
const LOOK_EVERY_MS = 2;

/** How soon is a change of the operator in force, for which all accounts are judged anew, and do GETs notice? */
export const trustQuestion: Question = {
  about: 'all accounts judged anew after a change of the operator, while GETs run',
  sizes: [10_000, 100_000],
  ask,
};

async function ask(bench: Bench, size: number): Promise<Answer[]> {
  const accounts = bench.accounts(size);
  const key = makeSigningKey(accounts);
  const gained: number[] = [];
  const lost: number[] = [];
  try {
    const meanwhile = await bench.serve(SERVICE, accounts, (server) => {
      const timeOf = async (change: () => void, token: string | undefined): Promise<number> => {
        const startedAt = performance.now();
        change();
        return (await untilServed(server.port, new Map([[key.account, token]]), LOOK_EVERY_MS)) - startedAt;
      };
      return whileAsked({ server, keys: accounts.keys, rate: RATE, plan: bench.plan }, async (round) => {
        bench.say(`${many(size)}: change ${round + 1}`);
        gained.push(await timeOf(key.give, key.token));
        lost.push(await timeOf(key.take, undefined));
      });
    });
    return [
      {
        question: `From a change of the operator to the GET that shows it, ${many(size)}, GETs meanwhile`,
        unit: 'ms',
        rows: [
          { name: 'it gains a signing key: what that signed is served', values: gained },
          { name: 'it loses the key: that is served no longer', values: lost },
        ],
        findings: [],
      },
      answerMeanwhile(`while ${many(size)} are judged anew`, RATE, meanwhile),
    ];
  } finally {
    key.remove();
  }
}
