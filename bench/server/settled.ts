import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningServer } from './process.js';

const POLL_MS = 100;
const GIVE_UP_MS = 300_000;
/** It rests when it has used no more than this in two looks one after the other. */
const REST_CPU_SECONDS = 0.011;

/**
 * Waits until a server has done everything that its start brings: this project's has judged all accounts, any of them
 * rests.
 * @returns when that was, on the clock of `performance.now()`
 */
export async function untilSettled(server: RunningServer): Promise<number> {
  const giveUpAt = performance.now() + GIVE_UP_MS;
  while (((await gauge(server, 'nats_account_server_accounts{state="unverified"}')) ?? 0) > 0) {
    if (performance.now() > giveUpAt) throw new Error(`${server.name} never judged all accounts`);
    await sleep(POLL_MS);
  }
  for (let looks = 0; ; ) {
    const before = server.cpuSeconds();
    await sleep(POLL_MS);
    looks = server.cpuSeconds() - before <= REST_CPU_SECONDS ? looks + 1 : 0;
    if (looks === 2) return performance.now() - 2 * POLL_MS;
    if (performance.now() > giveUpAt) throw new Error(`${server.name} never rests`);
  }
}

/** The value of a metric of this project's server, by its name with labels; undefined where there is none. */
export async function gauge({ port }: RunningServer, name: string): Promise<number | undefined> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  const text = await response.text();
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length));
}
