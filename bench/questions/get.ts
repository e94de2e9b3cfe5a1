import type { Accounts } from '../accounts.js';
import { BARE_FASTIFY, BARE_HTTP, GO_SERVER, present, SERVICE } from '../contenders.js';
import type { Plan } from '../plan.js';
import type { Answer } from '../report.js';
import { measureThroughput, ratio } from './throughput.js';

const CONNECTIONS = 64;

/** How many accounts a second are served over connections that stay open? */
export async function getQuestion(accounts: Accounts, plan: Plan): Promise<Answer> {
  const manner = { connections: CONNECTIONS, newConnections: false };
  const contenders = present([SERVICE, BARE_HTTP, BARE_FASTIFY, GO_SERVER]);
  const rows = await measureThroughput(contenders, manner, accounts, plan);
  return {
    question: `GET of random accounts (${accounts.keys.length}) over ${CONNECTIONS} kept connections`,
    unit: 'requests/s',
    rows,
    findings: [
      ...ratio(rows, SERVICE.name, BARE_HTTP.name, 0.85),
      ...ratio(rows, SERVICE.name, BARE_FASTIFY.name),
      ...ratio(rows, SERVICE.name, GO_SERVER.name, 5),
    ],
  };
}
