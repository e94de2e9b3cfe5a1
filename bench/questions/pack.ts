import { get } from 'node:http';
import type { Bench } from '../bench.js';
import { answerMeanwhile, whileAsked } from '../load/meanwhile.js';
import { type Answer, type Row, ratio } from '../report/answer.js';
import { type Contender, GO_SERVER, SERVICE } from '../server/contenders.js';
import type { RunningServer } from '../server/process.js';
import { many, type Question } from './question.js';

const RATE = 2_000;
/** The Go server breaks off what it has not sent within 5 s (server/conf/conf.go WriteTimeout). */
const BROKEN_OFF = 'BROKEN OFF';

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
  const areWhole = rows.every(({ note }) => note?.includes(BROKEN_OFF) === false);
  const findings = areWhole ? ratio(rows, [SERVICE.name, GO_SERVER.name]) : [];
  return [{ question, unit: 'ms', rows, findings }, ...latencies];
}

async function packs(
  bench: Bench,
  contender: Contender,
  size: number,
): Promise<{ row: Row; latency: Answer }> {
  const accounts = bench.accounts(size);
  const times: number[] = [];
  const notes = new Set<string>();
  const askForPacks = (server: RunningServer) =>
    whileAsked({ server, keys: accounts.keys, rate: RATE, plan: bench.plan }, async (round) => {
      bench.say(`${contender.name}, ${many(size)}: pack ${round + 1}`);
      const startedAt = performance.now();
      const { bytes, isWhole } = await fetchPack(server.port);
      times.push(performance.now() - startedAt);
      notes.add(isWhole ? `${(bytes / 1e6).toFixed(1)} MB` : BROKEN_OFF);
    });
  const meanwhile = await bench.serve(contender, accounts, askForPacks, { more: ['--max-pack=-1'] });
  return {
    row: { name: contender.name, values: times, note: [...notes].join(', ') },
    latency: answerMeanwhile(`during a pack of ${many(size)}, ${contender.name}`, RATE, meanwhile),
  };
}

function fetchPack(port: number): Promise<{ bytes: number; isWhole: boolean }> {
  let bytes = 0;
  return new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port, path: '/jwt/v1/pack', agent: false }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`pack: ${response.statusCode}`));
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      // It comes before `close`, which alone tells of both ends.
      response.on('error', () => undefined);
      response.on('close', () => resolve({ bytes, isWhole: response.complete }));
    });
    // Perhaps before the answer has begun.
    request.on('error', () => resolve({ bytes, isWhole: false }));
  });
}
