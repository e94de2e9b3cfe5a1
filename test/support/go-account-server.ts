import { describeWith, findProgram, GO_ACCOUNT_SERVER, testWith } from './real-program.js';

/** The path of the archived Go account server, if it is there: env NATS_ACCOUNT_SERVER_GO, `../shared/bin`. */
export function findGoAccountServer(): string | undefined {
  return findProgram(GO_ACCOUNT_SERVER);
}

/** A `describe` that needs the Go account server; see `describeWith`. */
export function describeWithGoAccountServer(name: string, body: (binary: string) => void): void {
  describeWith(GO_ACCOUNT_SERVER, name, body);
}

/** A `test` that needs the Go account server; see `testWith`. */
export function testWithGoAccountServer(
  name: string,
  body: (binary: string) => Promise<void> | void,
  timeoutMs?: number,
): void {
  testWith(GO_ACCOUNT_SERVER, name, body, timeoutMs);
}
