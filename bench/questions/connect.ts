import type { Accounts } from '../accounts.js';
import { BARE_HTTP, GO_SERVER, present, SERVICE } from '../contenders.js';
import type { Plan } from '../plan.js';
import type { Answer } from '../report.js';
import { measureThroughput, ratio } from './throughput.js';

const CONNECTIONS = 64;

/** How many accounts a second are served when each request comes over a connection of its own? */
export async function connectQuestion(accounts: Accounts, plan: Plan): Promise<Answer> {
  const manner = { connections: CONNECTIONS, newConnections: true };
  const rows = await measureThroughput(present([SERVICE, BARE_HTTP, GO_SERVER]), manner, accounts, plan);
  return {
    question: `GET of random accounts, a new connection each, ${CONNECTIONS} at once`,
    unit: 'requests/s',
    rows,
    findings: [
      ...ratio(rows, SERVICE.name, BARE_HTTP.name),
      ...ratio(rows, SERVICE.name, GO_SERVER.name, 1.4),
    ],
  };
}
