import { get } from 'node:http';
import type { Bench } from '../bench.js';
import { answerMeanwhile, whileAsked } from '../load/meanwhile.js';
import { type Answer, type Row, ratio } from '../report/answer.js';
import { type Contender, GO_SERVER, SERVICE } from '../server/contenders.js';
import { many, type Question } from './question.js';

const RATE = 2_000;

/** How long does it take to hand out all accounts at once, and do GETs notice? */
export const packQuestion: Question = {
  about: 'all accounts at once (pack) while GETs run',
  sizes: [10_000, 100_000],
  ask,
};

async function ask(bench: Bench, size: number): Promise<Answer[]> {
  const rows: Row[] = [];
  const latencies: Answer[] = [];
  for (const contender of bench.present(SERVICE, GO_SERVER)) {
    const { row, latency } = await packs(bench, contender, size);
    rows.push(row);
    latencies.push(latency);
  }
  const question = `GET of the whole pack, ${many(size)}, GETs of single accounts meanwhile`;
  const findings = ratio(rows, [SERVICE.name, GO_SERVER.name]);
  return [{ question, unit: 'ms', rows, findings }, ...latencies];
}

async function packs(
  bench: Bench,
  contender: Contender,
  size: number,
): Promise<{ row: Row; latency: Answer }> {
  const { rounds } = bench.plan;
  const accounts = bench.accounts(size);
  const times: number[] = [];
  let bytes = 0;
  const meanwhile = await bench.serve(contender, accounts, (server) =>
    whileAsked({ server, keys: accounts.keys, rate: RATE, rounds }, async (round) => {
      bench.say(`${contender.name}, ${many(size)}: pack ${round + 1}`);
      const startedAt = performance.now();
      bytes = await fetchPack(server.port);
      times.push(performance.now() - startedAt);
    }),
  );
  return {
    row: { name: contender.name, values: times, note: `${(bytes / 1e6).toFixed(1)} MB` },
    latency: answerMeanwhile(`during a pack of ${many(size)}, ${contender.name}`, RATE, meanwhile),
  };
}

/** @returns how many bytes it has */
function fetchPack(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: '/jwt/v1/pack', agent: false }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`pack: ${response.statusCode}`));
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.on('end', () => resolve(bytes));
      response.on('error', reject);
    }).on('error', reject);
  });
}
