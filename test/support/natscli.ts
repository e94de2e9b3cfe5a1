import { describeWith, findProgram, NATS_CLI, testWith } from './real-program.js';
import { type Ended, runProgram } from './run-program.js';
import { tempDir } from './temp.js';

/** The path of a real `nats` client, if there is one: env NATS_CLI, PATH, `../shared/bin`. */
export function findNatsCli(): string | undefined {
  return findProgram(NATS_CLI);
}

/** A `describe` that needs the real `nats` client; see `describeWith`. */
export function describeWithNatsCli(name: string, body: (nats: string) => void): void {
  describeWith(NATS_CLI, name, body);
}

/** A `test` that needs the real `nats` client; see `testWith`. */
export function testWithNatsCli(
  name: string,
  body: (nats: string) => Promise<void> | void,
  timeoutMs?: number,
): void {
  testWith(NATS_CLI, name, body, timeoutMs);
}

/** Runs `nats`, with no context of the user's in sight. */
export function natsCli(nats: string, ...args: string[]): Promise<Ended> {
  const home = tempDir('nas-natscli-');
  return runProgram(nats, args, { env: { PATH: process.env.PATH, HOME: home }, cwd: home });
}
