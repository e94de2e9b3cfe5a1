import { Accounts } from './accounts/accounts.js';
import type { AccountStore, Log } from './accounts/ports.js';
import { httpOptions, pushRights, readTls } from './app/http-options.js';
import type { NatsSide } from './app/nats-side.js';
import { openAudit } from './app/open-audit.js';
import { openLedger } from './app/open-ledger.js';
import { openNats } from './app/open-nats.js';
import { openStore } from './app/open-store.js';
import { needsRestart } from './app/reloading.js';
import { openSourceFiles, type SourceFiles, SYSTEM_ACCOUNT_SLOT, withoutOperator } from './app/sources.js';
import { StartupError } from './app/startup-error.js';
import type { Config } from './config/schema.js';
import { ListenError } from './http/listen-error.js';
import { buildHttp, type HttpServer } from './http/server.js';
import { createMeter, type ServiceMeter } from './observability/meter.js';

/** What the process gives to the service. */
export interface AppExtras {
  /** A log whose `level` can be set follows the configuration at a reload. */
  readonly log: Log & { level?: string };
  readonly version: string;
}

/** Everything that the service is built of, in the order of building. */
interface Parts {
  readonly meter: ServiceMeter;
  readonly accounts: Accounts;
  readonly files: SourceFiles;
  readonly nats: NatsSide;
  readonly http: HttpServer;
}

/** A running service. */
export class App {
  #config: Config;

  constructor(
    config: Config,
    private readonly parts: Parts,
    private readonly extras: AppExtras,
  ) {
    this.#config = config;
  }

  /** Where HTTP listens. */
  get address(): { readonly host: string; readonly port: number; readonly url: string } {
    const { port, url } = this.parts.http;
    return { host: this.#config.http.host, port, url };
  }

  /**
   * Takes over what can change while running (operator, accounts, certificates, push rights, NATS identity, log level)
   * and says what else changed. Nothing is interrupted.
   * @throws StartupError when something named cannot be used; what was in force then stays
   */
  async reload(config: Config): Promise<void> {
    const { http, nats, accounts, files } = this.parts;
    const tls = readTls(config.http.tls);
    if (tls !== undefined && this.#config.http.tls.cert !== undefined) reloadTls(http, tls);
    http.reloadPushRights(pushRights(config.http.push));
    http.reloadAdminToken(config.http.adminToken?.reveal());
    nats.reload(config.nats);
    this.extras.log.level = config.logging.level;
    for (const option of needsRestart(this.#config, config)) {
      this.extras.log.warn({ option }, `${option} changed; it takes effect at the next start`);
    }
    this.#config = config;
    await files.operator.reread();
    await accounts.reload();
    await files.systemAccount.reread();
    this.extras.log.info({ served: accounts.published.size }, 'reloaded');
  }

  /** Tells the metrics what became of a reload; a configuration with mistakes never gets as far as {@link reload}. */
  countReload(result: 'done' | 'refused'): void {
    this.parts.meter.reloads.reload(result);
  }

  /** Answers what is under way, then ends everything, in the reverse order of building. */
  async close(): Promise<void> {
    const { http, nats, files, accounts, meter } = this.parts;
    await http.close();
    await nats.close();
    await files.systemAccount.close();
    await files.operator.close();
    await accounts.close();
    meter.close();
  }
}

/**
 * Builds and starts the service: reads all accounts, then listens, then goes to NATS (which may be away: a nats-server
 * needs the HTTP side to start).
 * @throws StartupError naming every mistake that only starting shows
 */
export async function startApp(config: Config, extras: AppExtras): Promise<App> {
  const parts = await build(config, extras);
  const app = new App(config, parts, extras);
  try {
    await start(config, parts, extras.log);
  } catch (error) {
    await app.close();
    throw error instanceof ListenError ? new StartupError([error.message], { cause: error }) : error;
  }
  return app;
}

async function build(config: Config, { log, version }: AppExtras): Promise<Parts> {
  const meter = createMeter(version);
  const accounts = new Accounts({
    store: chosenStore(config, log),
    log,
    meter: meter.accounts,
    clock: { now: Date.now },
    ledger: await openLedger(config, process.env, log),
    audit: await openAudit(config, log),
    rollback: config.store.rollback,
  });
  const nats = await openNats(config.nats, { accounts, meter, log, version });
  accounts.listen(nats.changes);
  const http = buildHttp(
    {
      accounts,
      fleet: nats.fleet,
      clock: { now: Date.now },
      log,
      meter: meter.requests,
      notify: (accountKey) => nats.notify(accountKey),
      metrics: () => meter.render(),
    },
    httpOptions(config),
  );
  accounts.listen(http.changes);
  meter.observe({
    counts: () => accounts.counts(),
    unverified: () => accounts.unjudged,
    readiness: () => accounts.readiness(),
    storeAvailable: () => accounts.storeAvailable,
    operator: () => accounts.operator,
    fleetAccounts: () => nats.fleet?.accountCounts(),
  });
  const files = openSourceFiles(config, accounts, log);
  accounts.alsoReread(() => files.systemAccount.reread());
  return { meter, accounts, files, nats, http };
}

async function start(config: Config, parts: Parts, log: Log): Promise<void> {
  const { meter, accounts, files, nats, http } = parts;
  await files.operator.start();
  const startedAt = performance.now();
  await accounts.start();
  // Last, since it may be the store that holds the operator by whom it is judged.
  await files.systemAccount.start();
  const problems = startupProblems(config, accounts);
  if (problems.length > 0) throw new StartupError(problems);
  const { served, refused } = accounts.counts();
  const { unjudged: unverified } = accounts;
  const loadedInMs = msSince(startedAt);
  log.info({ served, refused, unverified, loadedInMs }, `${served + unverified} accounts loaded`);
  await http.listen();
  meter.watchProcess();
  const beginDelivery = (): void => {
    const verifiedInMs = msSince(startedAt);
    if (unverified > 0) log.info({ ...accounts.counts(), verifiedInMs }, 'all accounts verified');
    nats.start();
  };
  // Servers are compared with everything that is published, and it has to be known.
  void accounts.whole().then((whole) => whole && beginDelivery());
}

const msSince = (time: number): number => Math.round(performance.now() - time);

/** What makes serving pointless: no operator to trust, or a system account that is not the operator's. */
function startupProblems(config: Config, accounts: Accounts): string[] {
  const { operator } = accounts;
  if (operator === undefined) {
    return [accounts.operatorProblem ?? 'no operator JWT was found; name it with --operator FILE'];
  }
  if (config.systemAccount === undefined) return [];
  const fault = accounts.problemOf(SYSTEM_ACCOUNT_SLOT);
  if (fault !== undefined) return [`system account JWT ${config.systemAccount}: ${fault}`];
  const { systemAccount } = operator;
  if (systemAccount === undefined || accounts.published.get(systemAccount) !== undefined) return [];
  return [`${config.systemAccount} does not hold the operator's system account ${systemAccount}`];
}

function chosenStore(config: Config, log: Log): AccountStore {
  const store = openStore(config, log);
  return config.operator === undefined ? store : withoutOperator(store);
}

function reloadTls(http: HttpServer, tls: NonNullable<ReturnType<typeof readTls>>): void {
  try {
    http.reloadTls(tls);
  } catch (cause) {
    throw cause instanceof ListenError ? new StartupError([cause.message], { cause }) : cause;
  }
}
