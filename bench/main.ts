import { parseArgs } from 'node:util';
import { type Accounts, makeAccounts } from './accounts.js';
import { canPin } from './cores.js';
import { generator } from './load/load.js';
import { FULL, type Plan, QUICK } from './plan.js';
import { bootQuestion } from './questions/boot.js';
import { changeQuestion } from './questions/change.js';
import { claimsQuestion } from './questions/claims.js';
import { connectQuestion } from './questions/connect.js';
import { getQuestion } from './questions/get.js';
import { propagationQuestion } from './questions/propagation.js';
import { type Answer, holds, showAnswer } from './report.js';

const USAGE = `usage: npm run bench -- [options]

  --only NAMES     some questions of get,connect,boot,change,claims,propagation
  --accounts N     how many accounts are served (10000)
  --quick          shorter rounds: shows that it works, not how fast it is
  --json           prints JSON instead of tables
  --check          ends with 1 when a bound does not hold
`;

type Question = (accounts: Accounts, plan: Plan) => Promise<Answer | Answer[]>;

/** In the order in which they are asked: what uses memory first comes while the machine is still fresh. */
const QUESTIONS: Readonly<Record<string, Question>> = {
  get: getQuestion,
  connect: connectQuestion,
  boot: bootQuestion,
  change: changeQuestion,
  claims: async (_accounts, plan) => claimsQuestion(plan),
  propagation: (_accounts, plan) => propagationQuestion(plan),
};

/** Asks the questions and prints the answers; resolves with the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const options = readArguments(argv);
  if (options === undefined) {
    process.stderr.write(USAGE);
    return 2;
  }
  const { plan, names, json, check } = options;
  const setting = describeSetting(plan);
  if (!json) process.stdout.write(`${setting}\n`);
  const answers: Answer[] = [];
  const accounts = makeAccounts(plan.accounts);
  try {
    for (const name of names) {
      const given = [(await QUESTIONS[name]?.(accounts, plan)) ?? []].flat();
      answers.push(...given);
      if (!json) process.stdout.write(`${given.map(showAnswer).join('\n')}\n`);
    }
  } finally {
    accounts.remove();
  }
  if (json) process.stdout.write(`${JSON.stringify({ setting, plan, answers }, null, 2)}\n`);
  const broken = answers.flatMap(({ findings }) => findings).some((finding) => holds(finding) === false);
  return check && broken ? 1 : 0;
}

function describeSetting({ rounds, secondsPerRound }: Plan): string {
  const cores = canPin
    ? 'each server on one core, whoever asks on another'
    : 'servers and whoever asks share all cores (no taskset, or only one core)';
  return `Node ${process.version}; load from ${generator.name}; ${rounds} rounds of ${secondsPerRound} s; ${cores}`;
}

function readArguments(argv: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        only: { type: 'string', default: Object.keys(QUESTIONS).join(',') },
        accounts: { type: 'string', default: '10000' },
        quick: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        check: { type: 'boolean', default: false },
      },
    });
    const names = values.only.split(',');
    const accounts = Number(values.accounts);
    if (!names.every((name) => name in QUESTIONS) || !Number.isInteger(accounts) || accounts < 1)
      return undefined;
    return {
      names,
      json: values.json,
      check: values.check,
      plan: { ...(values.quick ? QUICK : FULL), accounts },
    };
  } catch {
    return undefined;
  }
}
