import { Fleet } from '../../src/fleet/fleet.js';
import {
  type FleetMeter,
  type FleetOptions,
  type Log,
  OURS_ALWAYS,
  type StrangeTexts,
} from '../../src/fleet/ports.js';
import { FakeClock } from './fake-clock.js';
import { SimulatedFleet, SimulatedPublications, type SimulatedServer } from './simulated-fleet.js';

/** Keeps what was logged. */
export class LogLines implements Log {
  readonly lines: { readonly level: string; readonly message: string; readonly facts: object }[] = [];
  debug = (facts: object, message: string): void => this.add('debug', facts, message);
  info = (facts: object, message: string): void => this.add('info', facts, message);
  warn = (facts: object, message: string): void => this.add('warn', facts, message);
  error = (facts: object, message: string): void => this.add('error', facts, message);

  count(message: string): number {
    return this.lines.filter((line) => line.message === message).length;
  }

  private add(level: string, facts: object, message: string): void {
    this.lines.push({ level, facts, message });
  }
}

/** Counts as the real one does. */
export class CountingMeter implements FleetMeter {
  readonly notices: Record<string, number> = {};
  readonly propagations: number[] = [];
  repaired = 0;
  present = 0;
  silent = 0;
  leaving = 0;

  notice(result: string): void {
    this.notices[result] = (this.notices[result] ?? 0) + 1;
  }
  servers({ present, silent, leaving }: Parameters<FleetMeter['servers']>[0]): void {
    this.present = present;
    this.silent = silent;
    this.leaving = leaving;
  }
  driftRepaired(): void {
    this.repaired++;
  }
  propagated(seconds: number): void {
    this.propagations.push(seconds);
  }
}

/** A fleet of simulated servers, started but not connected. */
export class FleetUnderTest {
  readonly clock: FakeClock;
  readonly net: SimulatedFleet;
  readonly published = new SimulatedPublications();
  readonly meter = new CountingMeter();
  readonly log = new LogLines();
  readonly fleet: Fleet;

  constructor(
    options: Partial<FleetOptions> = {},
    chance: () => number = () => 0.5,
    /** Another account server in the same system account, which shares network and time. */
    other?: FleetUnderTest,
    strangeTexts: StrangeTexts = OURS_ALWAYS,
  ) {
    this.clock = other?.clock ?? new FakeClock(chance);
    this.net = new SimulatedFleet(this.clock, () => Math.ceil(chance() * 4), other?.net);
    this.fleet = new Fleet({
      wire: this.net,
      publications: this.published,
      strangeTexts,
      log: this.log,
      meter: this.meter,
      clock: this.clock,
      options,
    });
    this.fleet.start();
  }

  /** Servers that have loaded these accounts as they are published now. */
  addServers(ids: readonly string[], accounts: readonly string[]): SimulatedServer[] {
    return ids.map((id) => {
      const server = this.net.add(id);
      for (const key of accounts)
        server.loaded.set(key, { jwt: this.published.get(key)?.text, complete: true });
      return server;
    });
  }

  /** Publishes a version and tells the fleet, as the service does. */
  change(key: string, text: string, exporters: string[] = []): void {
    this.published.publish(key, text, exporters);
    this.fleet.changed(key);
  }

  /** Which texts the servers run for an account. */
  running(key: string): (string | undefined)[] {
    return [...this.net.servers.values()].map((server) => server.loaded.get(key)?.jwt);
  }
}

/** The accounts that the servers of {@link comparedFleet} run. */
export const KEYS = ['A', 'B', 'C'];

/** Servers that run A, B and C, connected and compared. */
export async function comparedFleet(
  size: number,
  options: Partial<FleetOptions> = {},
): Promise<FleetUnderTest> {
  const it = new FleetUnderTest(options);
  for (const key of KEYS) it.published.publish(key, `${key}1`);
  it.addServers(
    Array.from({ length: size }, (_, index) => `N${index}`),
    KEYS,
  );
  it.net.connect();
  await it.clock.pass(5_000);
  return it;
}

/** The server that was added at this place, from 0. */
export function serverOf(it: FleetUnderTest, index: number): SimulatedServer {
  const server = [...it.net.servers.values()][index];
  if (server === undefined) throw new Error(`no server ${index}`);
  return server;
}

/** How the known servers stand with the fleet. */
export const presences = (it: FleetUnderTest) => it.fleet.status().servers.map(({ presence }) => presence);
