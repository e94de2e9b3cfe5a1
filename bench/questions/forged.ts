import type { Accounts } from '../accounts/directories.js';
import type { Bench } from '../bench.js';
import { FORGERIES } from '../claims/forgeries.js';
import { answerMeanwhile, whileAsked } from '../load/meanwhile.js';
import { type Push, push } from '../load/push.js';
import type { Answer } from '../report/answer.js';
import { SERVICE } from '../server/contenders.js';
import { many, type Question } from './question.js';

const RATE = 2_000;
const AT_ONCE = 4;

/** What strangers push, and how often in a round. */
const KINDS: Readonly<Record<string, { readonly times: number; forge(accounts: Accounts): string[] }>> = {
  'good tokens with a wrong signature': { times: 1000, forge: wronglySigned },
  'forged tokens of 1 MiB': { times: 60, forge: large },
};

/** Do GETs notice that strangers push tokens that nobody signed, as fast as they can? */
export const forgedQuestion: Question = {
  about: 'forged POSTs while GETs run',
  sizes: [1_000],
  async ask(bench, size) {
    const answers: Answer[] = [];
    for (const kind of Object.keys(KINDS)) answers.push(...(await askAbout(kind, size, bench)));
    return answers;
  },
};

async function askAbout(kind: string, size: number, bench: Bench): Promise<Answer[]> {
  const accounts = bench.accounts(size);
  const pushes = pushesOf(kind, accounts);
  const refused: number[] = [];
  const meanwhile = await bench.serve(SERVICE, accounts, (server) =>
    whileAsked({ server, keys: accounts.keys, rate: RATE, plan: bench.plan }, async (round) => {
      bench.say(`${kind}, round ${round + 1}`);
      const { pushesPerSecond, failures } = await push({ port: server.port, pushes, atOnce: AT_ONCE });
      if (failures !== pushes.length) throw new Error('a forged token was accepted');
      refused.push(pushesPerSecond);
    }),
  );
  return [
    {
      question: `POST of ${kind}, ${many(size)}, ${AT_ONCE} at once, GETs meanwhile`,
      unit: 'refused/s',
      rows: [{ name: SERVICE.name, values: refused }],
      findings: [],
    },
    answerMeanwhile(`while ${kind} are pushed`, RATE, meanwhile),
  ];
}

function pushesOf(kind: string, accounts: Accounts): Push[] {
  const { times = 0, forge = () => [] } = KINDS[kind] ?? {};
  const tokens = forge(accounts);
  return Array.from({ length: times }, (_, index) => ({
    key: accounts.keys[index % accounts.keys.length] ?? '',
    token: tokens[index % tokens.length] ?? '',
  }));
}

/** Each has the signature of another one. */
function wronglySigned(accounts: Accounts): string[] {
  const parts = accounts.keys.slice(0, 100).map((key) => accounts.reissue(key).split('.'));
  return parts.map(([header, payload], index) => {
    const signature = parts[(index + 1) % parts.length]?.[2];
    return [header, payload, signature].join('.');
  });
}

function large(accounts: Accounts): string[] {
  return Object.values(FORGERIES).map((forge) => forge(accounts.operatorKey).toString('latin1'));
}
