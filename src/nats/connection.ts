import { errors, type NatsConnection, type Status } from '@nats-io/transport-node';
import { dial, hangUp } from './dial.js';
import { AwayError, messageOf, reasonOf } from './failure.js';
import { isNews, type LinkState } from './link-state.js';
import type { NatsOptions } from './options.js';
import { differInIdentityOnly, makePlan, type Plan, sameIdentity } from './plan.js';
import type { ConnectionMeter, Log } from './ports.js';

/** Before the next look whether options have come that can be used. */
const NO_PLAN_MS = 1_000;

/** Hears what becomes of the connection. */
export interface ConnectionListener {
  /** It stands: for the first time, or again. */
  up(connection: NatsConnection): void;
  /** It is gone; `up` will follow if it can be had back. */
  down(): void;
  denied(violation: InstanceType<typeof errors.PermissionViolationError>): void;
}

/**
 * The one connection to NATS. It is tried for ever, whatever goes wrong, and costs nobody else anything meanwhile. Each
 * change of state is logged once; tries that fail the same way again are not.
 */
export class Connection {
  #plan: Plan | undefined;
  #current: NatsConnection | undefined;
  #state: LinkState = { kind: 'idle' };
  #lastError: unknown;
  #wasUp = false;
  #wake: () => void = () => undefined;

  constructor(
    private readonly options: NatsOptions,
    private readonly listener: ConnectionListener,
    private readonly meter: ConnectionMeter,
    private readonly log: Log,
  ) {}

  get state(): LinkState {
    return this.#state;
  }

  /** The connection while it stands. */
  get established(): NatsConnection | undefined {
    return this.#state.kind === 'connected' ? this.#current : undefined;
  }

  /** Begins to connect; returns at once. */
  start(): void {
    if (this.#state.kind !== 'idle') return;
    if (this.#plan !== undefined || this.#adopt(this.options)) this.#move({ kind: 'connecting' });
    void this.#run();
  }

  /** Goes over to other options; keeps the old ones when the new ones cannot be used. */
  reload(options: NatsOptions): void {
    const before = this.#plan;
    if (!this.#adopt(options) || this.#plan === undefined) return;
    if (before !== undefined && this.#current !== undefined) {
      if (!differInIdentityOnly(before, this.#plan)) void this.#current.close();
      else if (!sameIdentity(before, this.#plan)) void this.#current.reconnect();
    }
    this.#wake();
  }

  /** Ends the connection, after what is being sent; nothing is heard afterwards. */
  async close(): Promise<void> {
    const current = this.#current;
    const up = this.#state.kind === 'connected';
    this.#move({ kind: 'closed' });
    this.#wake();
    if (current !== undefined) await hangUp(current, up);
  }

  #isClosed(): boolean {
    return this.#state.kind === 'closed';
  }

  #adopt(options: NatsOptions): boolean {
    try {
      this.#plan = makePlan(options);
      return true;
    } catch (error) {
      const kept = this.#plan !== undefined;
      if (kept)
        this.log.error({ reason: messageOf(error) }, 'NATS options cannot be used; the old ones stay');
      else this.#failed(error);
      return false;
    }
  }

  async #run(): Promise<void> {
    for (let tries = 0; !this.#isClosed(); tries++) {
      const connection = await this.#try(tries);
      if (connection !== undefined) {
        tries = 0;
        await this.#follow(connection).catch((error: unknown) => this.#giveUp(connection, error));
      } else await this.#pause();
    }
  }

  /** Whatever goes wrong while we live with a connection ends that connection, never the service. */
  async #giveUp(connection: NatsConnection, error: unknown): Promise<void> {
    this.log.error({ reason: messageOf(error) }, 'the NATS connection is given up; another one is made');
    this.#current = undefined;
    this.#lastError = error;
    this.#down();
    await connection.close();
  }

  async #try(tries: number): Promise<NatsConnection | undefined> {
    const plan = this.#plan;
    if (plan === undefined) return undefined;
    try {
      const connection = await dial(plan, tries > 0, (nonce) => (this.#plan ?? plan).authenticator(nonce));
      if (plan === this.#plan && !this.#isClosed()) return connection;
      await connection.close();
    } catch (error) {
      if (!this.#isClosed()) this.#failed(error);
    }
    return undefined;
  }

  /** Until the next try, or until somebody wakes us. */
  #pause(): Promise<void> {
    const delayMs = (this.#plan?.options.retryDelayMs ?? NO_PLAN_MS) * (0.75 + Math.random() / 2);
    if (this.#isClosed()) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, delayMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Lives with a connection until it has ended for good. */
  async #follow(connection: NatsConnection): Promise<void> {
    const statuses = connection.status();
    this.#current = connection;
    this.#up(connection);
    for await (const status of statuses) this.#heard(connection, status);
    this.#current = undefined;
    this.#down();
  }

  #heard(connection: NatsConnection, status: Status): void {
    switch (status.type) {
      case 'disconnect':
        this.#down();
        break;
      case 'reconnect':
        this.#up(connection);
        break;
      case 'error':
        this.#erred(status.error);
        break;
      case 'staleConnection':
        this.#lastError = new AwayError('lost', 'the server missed its heartbeats');
        break;
      case 'ldm':
        this.log.info({ server: status.server }, 'the connected NATS server is in lame duck mode');
        break;
      case 'slowConsumer':
        this.log.warn({ pending: status.pending }, 'NATS messages come faster than they are handled');
        break;
      case 'update':
      case 'reconnecting':
      case 'forceReconnect':
      case 'ping':
      case 'close':
        break;
      default:
        // The compiler knows of no other; a newer library may.
        this.log.debug({ status: status satisfies never }, 'unknown status of the NATS connection');
    }
  }

  #erred(error: Error): void {
    if (error instanceof errors.PermissionViolationError) this.listener.denied(error);
    else if (this.#state.kind === 'connected') this.#lastError = error;
    else if (!this.#isClosed()) this.#failed(error);
  }

  #up(connection: NatsConnection): void {
    // A reload may have closed it while the news of its return was on the way.
    if (this.#state.kind === 'connected' || this.#isClosed() || connection.isClosed()) return;
    const { server_name: server = '', server_id: serverId = '', version = '' } = connection.info ?? {};
    this.#move({ kind: 'connected', address: connection.getServer(), server, serverId, version });
    this.#lastError = undefined;
    this.meter.connected(true);
    if (this.#wasUp) this.meter.reconnected();
    this.#wasUp = true;
    this.listener.up(connection);
  }

  #down(): void {
    if (this.#state.kind !== 'connected') return;
    const error = this.#lastError ?? new AwayError('lost', 'the connection was closed');
    this.#lastError = undefined;
    this.#move({ kind: 'away', reason: reasonOf(error), message: messageOf(error) });
    this.meter.connected(false);
    this.listener.down();
  }

  #failed(error: unknown): void {
    const reason = reasonOf(error);
    this.meter.attemptFailed(reason);
    this.#move({ kind: 'away', reason, message: messageOf(error) });
  }

  #move(state: LinkState): void {
    const news = isNews(this.#state, state);
    this.#state = state;
    if (news) this.#report(state);
  }

  #report(state: LinkState): void {
    const { kind, ...facts } = state;
    const servers = this.#plan?.hosts;
    if (kind === 'connecting') this.log.info({ servers }, 'connecting to NATS');
    else if (kind === 'connected') this.log.info(facts, 'connected to NATS');
    else if (kind === 'away' && state.reason === 'bad_options')
      this.log.error(facts, 'no connection to NATS before its options are mended');
    else if (kind === 'away') this.log.warn({ ...facts, servers }, 'no connection to NATS; trying on');
  }
}
