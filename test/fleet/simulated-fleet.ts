import type {
  FleetWire,
  GatherEnd,
  Gathered,
  LoadedAnswer,
  PublishedText,
  ServerFacts,
  UpdateAnswer,
  WireEvent,
} from '../../src/fleet/ports.js';
import type { FakeClock } from './fake-clock.js';

const DEADLINE_MS = 3_000;

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };

/** One publication to the world: what servers fetch and should run. */
export class SimulatedPublications {
  readonly texts = new Map<string, Mutable<PublishedText>>();

  publish(key: string, text: string, exporters: string[] = [], issuedAtSeconds = 0): void {
    const lastServedAtMs = this.texts.get(key)?.lastServedAtMs ?? 0;
    this.texts.set(key, { text, exporters, issuedAtSeconds, lastServedAtMs });
  }

  get size(): number {
    return this.texts.size;
  }

  get(key: string): PublishedText | undefined {
    return this.texts.get(key);
  }

  keys(): Iterable<string> {
    return this.texts.keys();
  }
}

/** A server as far as account JWTs go: it processes messages in order, late, or, when frozen, much later. */
export class SimulatedServer {
  readonly loaded = new Map<string, { jwt: string | undefined; complete: boolean }>();
  /** Says so to every update, and keeps what it has. */
  refuses: string | undefined;
  frozen = false;
  /** The way to it is cut: messages are lost, and who asks for it alone hears that nobody is there. */
  severed = false;
  /** Cannot say what it runs, only that it has it. */
  speechless = false;
  /** Accounts whose imports the next update resolves. */
  readonly completes = new Set<string>();
  /** Accounts whose next update fetches an exporter, which leaves the import dead once more. */
  readonly fetchesExporterFor = new Set<string>();
  /** Accounts whose time is over here. */
  readonly expires = new Set<string>();
  startedAt: string;
  private backlog: (() => void)[] = [];

  constructor(
    readonly id: string,
    clock: FakeClock,
  ) {
    this.startedAt = new Date(clock.now()).toISOString();
  }

  get facts(): ServerFacts {
    return {
      id: this.id,
      name: this.id.toLowerCase(),
      cluster: 'sim',
      version: '2.15.1',
      startedAt: this.startedAt,
    };
  }

  /** A message has arrived. */
  handle(process: () => void): void {
    if (this.frozen) this.backlog.push(process);
    else process();
  }

  thaw(): void {
    this.frozen = false;
    for (const process of this.backlog.splice(0)) process();
  }

  update(key: string, text: string): Pick<UpdateAnswer, 'result' | 'text'> {
    if (this.refuses !== undefined) return { result: 'failed', text: this.refuses };
    const account = this.loaded.get(key);
    if (account === undefined) return { result: 'not_loaded', text: 'jwt update skipped' };
    account.jwt = text;
    if (!this.fetchesExporterFor.delete(key)) account.complete ||= this.completes.has(key);
    return { result: 'applied', text: 'jwt updated' };
  }
}

/** A network of simulated servers, and the one connection to it. */
export class SimulatedFleet implements FleetWire {
  readonly servers: Map<string, SimulatedServer>;
  /** Every notice in the order it was sent. */
  readonly sent: { readonly key: string; readonly text: string; readonly atMs: number }[] = [];
  /** Requests by kind. */
  readonly asked = { discover: 0, list: 0, compare: 0, compareAll: 0 };
  /** What the user may not do. */
  denied: ReadonlySet<'discover' | 'list' | 'compare'> = new Set();
  up = false;
  /** Other programs on the same network hear what this one sends. */
  onSent: (key: string) => void = () => undefined;
  #connection = 0;
  #listener: (event: WireEvent) => void = () => undefined;
  readonly #onLost = new Set<() => void>();

  constructor(
    readonly clock: FakeClock,
    /** One-way delay of the next message in milliseconds. */
    private readonly delayMs: () => number = () => 1,
    /** Another connection to this network. */
    other?: SimulatedFleet,
  ) {
    this.servers = other?.servers ?? new Map();
  }

  add(id: string): SimulatedServer {
    const server = new SimulatedServer(id, this.clock);
    this.servers.set(id, server);
    this.announce(server);
    return server;
  }

  /** A server says that it lives, as real ones do some time after their start and then regularly. */
  announce(server: SimulatedServer): void {
    const connection = this.#connection;
    this.clock.after(this.delayMs(), () => {
      if (this.up && connection === this.#connection && !server.frozen)
        this.emit({ kind: 'server_seen', server: server.facts });
    });
  }

  emit(event: WireEvent): void {
    this.#listener(event);
  }

  connect(): void {
    if (this.up) return;
    this.up = true;
    this.#connection++;
    this.emit({ kind: 'connected' });
  }

  disconnect(): void {
    if (!this.up) return;
    this.up = false;
    this.#connection++;
    for (const lose of [...this.#onLost]) lose();
    this.emit({ kind: 'disconnected' });
  }

  noticesOf(key: string): string[] {
    return this.sent.filter((notice) => notice.key === key).map((notice) => notice.text);
  }

  connected(): boolean {
    return this.up;
  }

  listen(listener: (event: WireEvent) => void): void {
    this.#listener = listener;
  }

  async discover(): Promise<GatherEnd> {
    this.asked.discover++;
    if (this.denied.has('discover')) return 'denied';
    const everyone = new Set([...this.servers.keys()]);
    const seen = (facts: ServerFacts): void => this.emit({ kind: 'server_seen', server: facts });
    return (await this.#gather(everyone, (server) => server.facts, seen)).end;
  }

  update(key: string, text: string, awaited: ReadonlySet<string>): Promise<Gathered<UpdateAnswer>> {
    this.sent.push({ key, text, atMs: this.clock.now() });
    this.onSent(key);
    return this.#gather(awaited, (server) => ({ server: server.facts, ...server.update(key, text) }));
  }

  async loadedAccounts(serverId: string): Promise<Gathered<readonly string[]>> {
    this.asked.list++;
    if (this.denied.has('list')) return { answers: [], end: 'denied' };
    if (this.servers.get(serverId)?.severed) return { answers: [], end: 'nobody' };
    return this.#gather(
      new Set([serverId]),
      (server) => ['$G', ...server.loaded.keys()],
      undefined,
      serverId,
    );
  }

  async loadedJwt(key: string, asked: string | ReadonlySet<string>): Promise<Gathered<LoadedAnswer>> {
    if (typeof asked === 'string') this.asked.compare++;
    else this.asked.compareAll++;
    if (this.denied.has('compare')) return { answers: [], end: 'denied' };
    const only = typeof asked === 'string' ? asked : undefined;
    if (only !== undefined && this.servers.get(only)?.severed) return { answers: [], end: 'nobody' };
    const awaited = typeof asked === 'string' ? new Set([asked]) : asked;
    return this.#gather(awaited, (server) => answerOf(server, key), undefined, only);
  }

  #gather<Answer>(
    awaited: ReadonlySet<string>,
    process: (server: SimulatedServer) => Answer,
    heard: (answer: Answer) => void = () => undefined,
    only?: string,
  ): Promise<Gathered<Answer>> {
    if (!this.up) return Promise.resolve({ answers: [], end: 'lost' });
    return new Promise((resolve) => {
      const answers: Answer[] = [];
      const missing = new Set(awaited);
      const end = (how: GatherEnd): void => {
        stop();
        this.#onLost.delete(lose);
        resolve({ answers, end: how });
      };
      const lose = (): void => end('lost');
      const stop = this.clock.after(DEADLINE_MS, () => end('deadline'));
      this.#onLost.add(lose);
      for (const server of this.servers.values()) {
        if (server.severed || (only !== undefined && server.id !== only)) continue;
        this.#deliver(server, process, (answer) => {
          if (!this.#onLost.has(lose)) return;
          answers.push(answer);
          heard(answer);
          missing.delete(server.id);
          if (missing.size === 0 && awaited.size > 0) end('complete');
        });
      }
    });
  }

  /** Messages to one server keep their order. */
  #deliver<Answer>(
    server: SimulatedServer,
    process: (server: SimulatedServer) => Answer,
    answered: (answer: Answer) => void,
  ): void {
    const arrivesAtMs = Math.max(this.clock.now() + this.delayMs(), this.#lastArrival.get(server) ?? 0);
    this.#lastArrival.set(server, arrivesAtMs);
    this.clock.after(arrivesAtMs - this.clock.now(), () => {
      server.handle(() => {
        if (this.servers.get(server.id) !== server) return;
        const answer = process(server);
        this.clock.after(this.delayMs(), () => answered(answer));
      });
    });
  }

  readonly #lastArrival = new Map<SimulatedServer, number>();
}

function answerOf(server: SimulatedServer, key: string): LoadedAnswer {
  const account = server.loaded.get(key);
  if (server.speechless) return { server: server.facts, loaded: { kind: 'failed', text: 'no idea' } };
  if (account === undefined) return { server: server.facts, loaded: { kind: 'not_loaded' } };
  return {
    server: server.facts,
    loaded: {
      kind: 'loaded',
      jwt: account.jwt,
      complete: account.complete,
      expired: server.expires.has(key),
    },
  };
}
