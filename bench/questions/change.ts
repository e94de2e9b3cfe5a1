import { renameSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Accounts } from '../accounts.js';
import { SERVICE } from '../contenders.js';
import type { Plan } from '../plan.js';
import type { Answer, Row } from '../report.js';
import { startServer } from '../server-process.js';
import { spreadOf } from '../statistics.js';

const GIVE_UP_MS = 60_000;
/** So that changes do not fall into one batch of file events. */
const PAUSE_MS = 50;

/** How files are changed: nsc truncates and writes, most other programs write aside and rename. */
const WRITERS: Readonly<Record<string, (file: string, text: string) => void>> = {
  'written in place, as by nsc': (file, text) => writeFileSync(file, text),
  'replaced by rename': (file, text) => {
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  },
};

/** How soon is a change of a file served? */
export async function changeQuestion(accounts: Accounts, plan: Plan): Promise<Answer> {
  const server = await startServer(SERVICE, accounts);
  try {
    const rows: Row[] = [];
    for (const [name, write] of Object.entries(WRITERS)) {
      const times: number[] = [];
      for (const key of accounts.keys.slice(0, plan.changes)) {
        times.push(await timeOf(server.port, accounts, key, write));
        await sleep(PAUSE_MS);
      }
      rows.push({ name, values: times });
    }
    const slowest = Math.max(...rows.map(({ values }) => spreadOf(values).median));
    return {
      question: `From the change of a file to the GET that shows it, ${accounts.keys.length} accounts`,
      unit: 'ms',
      rows,
      findings: [{ name: 'median', value: slowest, unit: 'ms', atMost: 100 }],
    };
  } finally {
    await server.stop();
  }
}

async function timeOf(
  port: number,
  accounts: Accounts,
  key: string,
  write: (file: string, text: string) => void,
): Promise<number> {
  const token = accounts.reissue(key);
  const agent = new Agent({ keepAlive: true });
  const startedAt = performance.now();
  write(accounts.nscFile(key), token);
  try {
    while ((await fetchToken(agent, port, key)) !== token) {
      if (performance.now() - startedAt > GIVE_UP_MS)
        throw new Error(`the change of ${key} was never served`);
    }
    return performance.now() - startedAt;
  } finally {
    agent.destroy();
  }
}

function fetchToken(agent: Agent, port: number, key: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get({ agent, host: '127.0.0.1', port, path: `/jwt/v1/accounts/${key}` }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve(body));
    });
    request.on('error', reject);
  });
}
