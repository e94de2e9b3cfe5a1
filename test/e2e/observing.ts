import { expect, vi } from 'vitest';
import type { LogLine } from '../support/accounts.js';
import { LAST, type TestApp } from '../support/app.js';
import type { MintedAccount } from '../support/mint.js';

/** Waits until it is so; unless told, for as long as the busiest machine may take. */
export const soon = (expectation: () => Promise<void> | void, timeoutMs = 20_000): Promise<void> =>
  vi.waitFor(expectation, { timeout: timeoutMs, interval: 20 });

/** These very tokens are served. */
export async function expectServed(service: TestApp, accounts: readonly MintedAccount[]): Promise<void> {
  for (const { key, jwt } of accounts) expect(await service.account(key)).toBe(jwt);
}

/** What the service answers to a GET: status and body. */
export async function get(service: TestApp, path: string): Promise<readonly [status: number, body: string]> {
  const answer = await fetch(service.url + path, { headers: LAST });
  return [answer.status, await answer.text()];
}

/** The value of a metric of ours, the series with other labels added up; 0 when there is none. */
export async function metric(service: TestApp, name: string): Promise<number> {
  const [, metrics] = await get(service, '/metrics');
  const series = metrics.matchAll(new RegExp(`^nats_account_server_${name}(?:\\{.*\\})? (\\S+)$`, 'gm'));
  return [...series].reduce((sum, [, value]) => sum + Number(value), 0);
}

/** Logged lines above debug whose message is like this. */
export function lines({ log }: TestApp, pattern: RegExp): LogLine[] {
  return log.lines.filter(({ level, message }) => level !== 'debug' && pattern.test(message));
}
