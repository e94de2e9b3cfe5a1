import type { AccountRow } from './account-row.js';
import type { FleetContext } from './context.js';
import type { Gathered, UpdateAnswer, UpdateResult } from './ports.js';

/** More servers than this are counted in the log line, not named. */
const NAMED_SERVERS = 20;

/** Sends one notice and records who answered what, and who did not. */
export class Notices {
  constructor(private readonly context: FleetContext) {}

  /** Sends what is published now; resolves when the servers have answered, or will not. */
  async send(row: AccountRow): Promise<Gathered<UpdateAnswer>> {
    const { servers, wire, clock } = this.context;
    const { version, text } = row;
    const awaited = servers.present;
    const sentAtMs = clock.now();
    const gathered = await wire.update(row.key, text, awaited);
    this.#acknowledge(row, version, gathered);
    const silent = gathered.end === 'deadline' ? this.#silence(row, version, awaited, gathered) : 0;
    this.#report(row, gathered, silent, clock.now() - sentAtMs);
    return gathered;
  }

  #acknowledge(row: AccountRow, version: number, { answers, end }: Gathered<UpdateAnswer>): void {
    const { grid, servers, meter } = this.context;
    for (const answer of answers) {
      meter.notice(answer.result);
      if (answer.result !== 'failed') row.deliveredVersion = version;
      if (answer.result === 'account_server') continue;
      // An answer from before the connection was lost is no sign of life now.
      const server = end === 'lost' ? servers.get(answer.server.id) : servers.heard(answer.server);
      if (server !== undefined) grid.acknowledge(row, server, answer.result, version);
    }
  }

  #silence(
    row: AccountRow,
    version: number,
    awaited: ReadonlySet<string>,
    { answers }: Gathered<UpdateAnswer>,
  ): number {
    const { grid, servers, meter } = this.context;
    const silent = new Set(awaited);
    for (const { server } of answers) silent.delete(server.id);
    for (const id of silent) {
      meter.notice('silent');
      const server = servers.get(id);
      if (server !== undefined) grid.acknowledge(row, server, 'silent', version);
      servers.missed(id);
    }
    return silent.size;
  }

  /** Said once loudly; repetitions are for those who look. */
  #report(row: AccountRow, { answers, end }: Gathered<UpdateAnswer>, silent: number, tookMs: number): void {
    const { log } = this.context;
    const account = row.key;
    const first = row.attempts === 1;
    for (const { server, result, text } of answers) {
      if (result !== 'failed' && result !== 'unknown') continue;
      const facts = { account, server: server.name, serverId: server.id, result, answer: text };
      log[first ? 'warn' : 'debug'](facts, 'server refused the account update');
    }
    const servers = answers.length <= NAMED_SERVERS ? named(answers) : counted(answers);
    const facts = { account, end, attempt: row.attempts, tookMs, silent, servers };
    log[first ? 'info' : 'debug'](facts, 'account update sent');
  }
}

/** `{ "server-1": "applied" }` */
const named = (answers: readonly UpdateAnswer[]): Record<string, UpdateResult> =>
  Object.fromEntries(answers.map(({ server, result }) => [server.name, result]));

/** `{ "applied": 480, "not_loaded": 20 }` */
function counted(answers: readonly UpdateAnswer[]): Partial<Record<UpdateResult, number>> {
  const counts: Partial<Record<UpdateResult, number>> = {};
  for (const { result } of answers) counts[result] = (counts[result] ?? 0) + 1;
  return counts;
}
