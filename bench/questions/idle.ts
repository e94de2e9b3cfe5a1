import { setTimeout as sleep } from 'node:timers/promises';
import { SERVICE } from '../server/contenders.js';
import { many, type Question } from './question.js';

/** How much of a core does the service use when nobody asks? */
export const idleQuestion: Question = {
  about: 'processor time when nobody asks',
  sizes: [10_000],
  async ask(bench, size) {
    const { idleSeconds } = bench.plan;
    const percent = await bench.serve(SERVICE, bench.accounts(size), async (server) => {
      bench.say(`idle for ${idleSeconds} s`);
      const before = server.cpuSeconds();
      await sleep(idleSeconds * 1000);
      return ((server.cpuSeconds() - before) / idleSeconds) * 100;
    });
    const question = `Processor time when nobody asks, sweeps included, ${many(size)}, over ${idleSeconds} s`;
    return [
      {
        question,
        unit: '% of a core',
        rows: [{ name: SERVICE.name, values: [percent] }],
        findings: [{ name: question, value: percent, unit: '% of a core', atMost: 1 }],
      },
    ];
  },
};
