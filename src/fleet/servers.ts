import type { Sight } from './account-state.js';
import { Column } from './column.js';
import type { FleetClock, FleetMeter, Log, ServerFacts } from './ports.js';
import { PRESENCE, type Presence, type PresenceEvent } from './presence.js';

/** A server that is, or lately was, in the fleet. */
export class FleetServer {
  presence: Presence = 'present';
  heardAtMs: number;
  /** It has listed what it has loaded since it was last away: an account it said nothing about was not loaded then. */
  listed = false;
  /** Calls without an answer, one after the other. */
  missedCalls = 0;
  /**
   * When it was last heard again after it was out of hearing, or we were; 0: it never was. What others sent to it in
   * such a gap nobody here has heard.
   */
  backAtMs = 0;
  /** The return after which somebody who wanted to be sure has had older proofs renewed. */
  renewedForMs = 0;
  readonly column = new Column();

  constructor(
    public facts: ServerFacts,
    atMs: number,
  ) {
    this.heardAtMs = atMs;
  }
}

/** What the table tells its owner. */
export interface ServersListener {
  /** New, restarted, or heard again after silence: what it runs has to be looked at. */
  arrived(server: FleetServer): void;
  /** It owes an answer. */
  fellSilent(server: FleetServer): void;
  /** Nothing is expected of it any more. */
  left(server: FleetServer): void;
  /** More of the fleet can be seen, or less. */
  sightChanged(): void;
}

/** All servers by id, each in a state of {@link PRESENCE}. */
export class Servers {
  readonly #byId = new Map<string, FleetServer>();
  readonly #count: Record<Presence, number> = { present: 0, silent: 0, leaving: 0, gone: 0 };
  #present: ReadonlySet<string> | undefined;
  #askable: ReadonlySet<string> | undefined;
  /** Servers in the table that have not listed what they have loaded. */
  #unlisted = 0;
  #connected = false;
  #complete = false;
  #mayAsk = true;
  #sight: Sight = 'none';

  constructor(
    private readonly listener: ServersListener,
    private readonly clock: FleetClock,
    private readonly meter: FleetMeter,
    private readonly log: Log,
  ) {}

  /** Those whose answers to a notice are waited for. */
  get present(): ReadonlySet<string> {
    this.#present ??= new Set(this.#having(['present']));
    return this.#present;
  }

  /** Those who can say what they run. */
  get askable(): ReadonlySet<string> {
    this.#askable ??= new Set(this.#having(['present', 'leaving']));
    return this.#askable;
  }

  /** Whether a notice would reach anybody. */
  get reachable(): boolean {
    return this.#count.present + this.#count.leaving > 0;
  }

  /** How much of the fleet can be seen. Kept up to date by each event, so that asking costs nothing. */
  get sight(): Sight {
    return this.#sight;
  }

  get(id: string): FleetServer | undefined {
    return this.#byId.get(id);
  }

  /** All that are not gone. */
  values(): IterableIterator<FleetServer> {
    return this.#byId.values();
  }

  /** A sign of life. */
  heard(facts: ServerFacts): FleetServer {
    const known = this.#byId.get(facts.id);
    if (known === undefined) return this.#add(facts);
    if (restarted(known.facts, facts)) {
      this.#move(known, 'ended');
      return this.#add(facts);
    }
    known.facts = { ...known.facts, ...facts };
    known.heardAtMs = this.clock.now();
    known.missedCalls = 0;
    const away = known.presence === 'silent' || (known.presence === 'leaving' && !known.listed);
    this.#move(known, 'heard');
    if (away) this.#returned(known);
    return known;
  }

  /** It did not answer in time. */
  missed(id: string): void {
    const server = this.#byId.get(id);
    if (server === undefined) return;
    server.missedCalls++;
    const before = server.presence;
    if (this.#move(server, 'missed') === 'silent' && before !== 'silent') {
      this.log.warn({ server: server.facts.name, serverId: id }, 'server does not answer');
      this.listener.fellSilent(server);
    }
  }

  leaves(id: string): void {
    const server = this.#byId.get(id);
    if (server !== undefined) this.#move(server, 'leaves');
  }

  ended(id: string): void {
    const server = this.#byId.get(id);
    if (server !== undefined) this.#move(server, 'ended');
  }

  /** A connection stands. */
  connected(): void {
    this.#connected = true;
    this.#mayAsk = true;
    this.#look();
  }

  /** The connection is lost: nobody can be heard, and anybody may load accounts meanwhile. */
  lost(): void {
    this.#connected = false;
    this.#complete = false;
    for (const server of this.#byId.values()) {
      this.#listed(server, false);
      this.#move(server, 'missed');
    }
    this.#look();
  }

  /** Whether every server of the fleet is in the table, as far as the servers themselves know. */
  counted(complete: boolean): void {
    this.#complete = complete;
    this.#look();
  }

  /** A server has listed what it has loaded. */
  hasListed(server: FleetServer): void {
    this.#listed(server, true);
    this.#look();
  }

  /** Whether servers may be asked what they run. */
  mayBeAsked(allowed: boolean): void {
    this.#mayAsk = allowed;
    this.#look();
  }

  #listed(server: FleetServer, listed: boolean): void {
    if (server.listed === listed || server.presence === 'gone') return;
    server.listed = listed;
    this.#unlisted += listed ? -1 : 1;
  }

  #returned(server: FleetServer): void {
    server.backAtMs = this.clock.now();
    this.#listed(server, false);
    this.#look();
    this.log.info({ server: server.facts.name, serverId: server.facts.id }, 'server answers again');
    this.listener.arrived(server);
  }

  #add(facts: ServerFacts): FleetServer {
    const server = new FleetServer(facts, this.clock.now());
    this.#byId.set(facts.id, server);
    this.#count.present++;
    this.#unlisted++;
    this.#changed();
    const { id: serverId, name, version, cluster } = facts;
    this.log.info({ server: name, serverId, version, cluster }, 'server found');
    this.listener.arrived(server);
    return server;
  }

  #move(server: FleetServer, event: PresenceEvent): Presence {
    const before = server.presence;
    server.presence = PRESENCE[before][event];
    if (server.presence === before) return before;
    this.#count[before]--;
    this.#count[server.presence]++;
    if (server.presence === 'gone') this.#remove(server);
    this.#changed();
    this.#announce(server);
    return server.presence;
  }

  #remove(server: FleetServer): void {
    this.#byId.delete(server.facts.id);
    if (!server.listed) this.#unlisted--;
    this.listener.left(server);
  }

  #announce(server: FleetServer): void {
    const facts = { server: server.facts.name, serverId: server.facts.id };
    if (server.presence === 'leaving') this.log.info(facts, 'server is in lame duck mode');
    if (server.presence === 'gone') this.log.info(facts, 'server has left');
  }

  #changed(): void {
    this.#present = undefined;
    this.#askable = undefined;
    const { present, silent, leaving } = this.#count;
    this.meter.servers({ present, silent, leaving });
    this.#look();
  }

  #look(): void {
    const sight = this.#seen();
    if (sight === this.#sight) return;
    this.#sight = sight;
    this.listener.sightChanged();
  }

  #seen(): Sight {
    if (!this.#connected || !this.reachable) return 'none';
    const all = this.#complete && this.#mayAsk && this.#unlisted === 0 && this.#count.silent === 0;
    return all ? 'whole' : 'partial';
  }

  *#having(presences: readonly Presence[]): Generator<string> {
    for (const [id, { presence }] of this.#byId) if (presences.includes(presence)) yield id;
  }
}

const restarted = (known: ServerFacts, now: ServerFacts): boolean =>
  known.startedAt !== undefined && now.startedAt !== undefined && known.startedAt !== now.startedAt;
