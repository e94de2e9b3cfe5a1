import type { NatsServer } from './nats-server.js';

/** What a server has loaded for an account, by its own monitoring. */
export interface LoadedAccount {
  readonly jwt?: string;
  /** All imports resolved. */
  readonly complete: boolean;
  readonly expired: boolean;
  readonly client_connections: number;
}

/** What a server has loaded for an account; undefined when it has not. */
export async function loadedAccount(
  { monitorUrl }: NatsServer,
  accountKey: string,
): Promise<LoadedAccount | undefined> {
  const answer = await fetch(`${monitorUrl}/accountz?acc=${accountKey}`);
  if (!answer.ok) return undefined;
  return ((await answer.json()) as { account_detail?: LoadedAccount }).account_detail;
}

/** The token that each server runs for an account. */
export async function runningOn(
  servers: readonly NatsServer[],
  accountKey: string,
): Promise<(string | undefined)[]> {
  return Promise.all(servers.map(async (server) => (await loadedAccount(server, accountKey))?.jwt));
}
