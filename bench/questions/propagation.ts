import { collectCleanUps } from '../../test/support/clean-up.js';
import type { Plan } from '../plan.js';
import { measureRepair, type RepairCost } from '../propagation/repair.js';
import { nscRevoker, ownRevoker } from '../propagation/revoker.js';
import { measureRevocations } from '../propagation/rounds.js';
import type { Answer, Row } from '../report/answer.js';
import { quantile, spreadOf } from '../statistics.js';
import { many, type Question } from './question.js';

const SERVERS = 3;

/** How soon does a revocation reach every client on three nats-servers, and what does it cost to look after them? */
export const propagationQuestion: Question = {
  about: 'a revocation on its way to three nats-servers; comparing what they run with what is published',
  ask: async ({ plan }) => [
    await inItsOwnWorld(() => revocations(plan.revocations)),
    await inItsOwnWorld(() => repair(plan.loaded)),
  ],
};

async function inItsOwnWorld(measure: () => Promise<Answer>): Promise<Answer> {
  const cleanUp = collectCleanUps();
  try {
    return await measure();
  } finally {
    await cleanUp();
  }
}

async function revocations(rounds: number): Promise<Answer> {
  const rows: Row[] = [];
  for (const revoker of [await nscRevoker(rounds), ownRevoker(rounds)]) {
    if (revoker === undefined) continue;
    const values = await measureRevocations(revoker);
    rows.push({
      name: revoker.name,
      values,
      note: `p99 ${p99(values).toFixed(1)} ms, ${rounds} revocations`,
    });
  }
  const [first] = rows;
  const values = first?.values ?? [];
  return {
    question: `From the write of an account that revokes a user until the last of ${SERVERS} clients, one on each nats-server, is cut off`,
    unit: 'ms',
    rows,
    findings: [
      {
        name: `Revocation to ${SERVERS} servers, ${first?.name}: median`,
        value: spreadOf(values).median,
        unit: 'ms',
        atMost: 25,
      },
      {
        name: `Revocation to ${SERVERS} servers, ${first?.name}: p99`,
        value: p99(values),
        unit: 'ms',
        atMost: 150,
      },
    ],
  };
}

const p99 = (values: readonly number[]): number =>
  quantile(
    values.toSorted((a, b) => a - b),
    0.99,
  );

async function repair({ accounts, everyMs }: Plan['loaded']): Promise<Answer> {
  const costs = await measureRepair(SERVERS, accounts, everyMs);
  return {
    question: `Comparing what ${SERVERS} nats-servers run with what is published, ${many(accounts)} loaded on each`,
    unit: 'ms',
    rows: costs.map(({ name, tookMs, ...cost }) => ({ name, values: [tookMs], note: noteOf(cost) })),
    findings: [],
  };
}

const noteOf = ({ requests, bytes, cpuMs }: Omit<RepairCost, 'name' | 'tookMs'>): string =>
  `${requests} requests, ${(bytes / 2 ** 20).toFixed(2)} MB, CPU ${cpuMs.toFixed(0)} ms`;
