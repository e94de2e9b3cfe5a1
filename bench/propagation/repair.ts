import { setTimeout as sleep } from 'node:timers/promises';
import type { FleetOptions, PublishedText } from '../../src/fleet/ports.js';
import type { NatsServer } from '../../test/support/nats-server.js';
import { CountedWire } from './counted-wire.js';
import { type LoadedServers, startLoadedServers } from './loaded-servers.js';

/** What one look at the fleet cost, on the wire and in time. */
export interface RepairCost {
  readonly name: string;
  readonly tookMs: number;
  readonly requests: number;
  /** Payloads to the service and from it. */
  readonly bytes: number;
  /** Processor time of the service, and of whatever else runs in this process. */
  readonly cpuMs: number;
}

const GIVE_UP_MS = 120_000;
/** Nothing asked for so long: the look is over. */
const QUIET_MS = 400;
const NO_LOG = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * Follows a fleet of so many servers with so many loaded accounts through its first look and rounds of repair.
 * @param everyMs between two rounds; less a fifth, still longer than a look takes
 */
export async function measureRepair(
  servers: number,
  accounts: number,
  everyMs: number,
): Promise<RepairCost[]> {
  const loaded = await startLoadedServers(servers, accounts);
  const proven = await measureLooks(loaded, { repairIntervalMs: everyMs }, [
    'first look: nothing is proven',
    'a round: all is proven',
  ]);
  const old = await measureLooks(loaded, { repairIntervalMs: everyMs, proofMaxAgeMs: 0 }, [
    '',
    'a round: all proofs are old',
  ]);
  return [...proven, ...old].filter(({ name }) => name !== '');
}

/** One look after the other; each has a name. */
async function measureLooks(
  { servers, tokens, systemCreds }: LoadedServers,
  options: Partial<FleetOptions>,
  names: readonly string[],
): Promise<RepairCost[]> {
  const [first] = servers;
  if (first === undefined) throw new RangeError('no servers');
  const { Fleet, createNatsLink } = await builtRooms();
  const link = createNatsLink(
    { servers: [first.url], auth: { kind: 'creds', text: systemCreds }, name: CLIENT_NAME },
    { log: NO_LOG },
  );
  const wire = new CountedWire(link.wire);
  const fleet = new Fleet({
    wire,
    publications: publicationsOf(tokens),
    log: NO_LOG,
    options,
  });
  const costs: RepairCost[] = [];
  try {
    fleet.start();
    link.start();
    for (const name of names) costs.push(await nextLook(name, wire, first));
    if (!fleet.status().effective) throw new Error('the fleet is not effective after its looks');
  } finally {
    fleet.close();
    await link.close();
  }
  return costs;
}

async function nextLook(name: string, wire: CountedWire, server: NatsServer): Promise<RepairCost> {
  wire.reset();
  const [bytesBefore, cpuBefore] = [await bytesOf(server), process.cpuUsage()];
  const giveUpAt = performance.now() + GIVE_UP_MS;
  while (wire.quietMs < QUIET_MS) {
    if (performance.now() > giveUpAt) throw new Error('the fleet was not looked at');
    await sleep(20);
  }
  const { user, system } = process.cpuUsage(cpuBefore);
  const bytes = (await bytesOf(server)) - bytesBefore;
  return { name, tookMs: wire.tookMs, requests: wire.total, bytes, cpuMs: (user + system) / 1000 };
}

const CLIENT_NAME = 'nats-account-server benchmark';

/** What the server has exchanged with the service; nothing while there is no connection. */
async function bytesOf({ monitorUrl }: NatsServer): Promise<number> {
  const answer = await fetch(`${monitorUrl}/connz?limit=4096`);
  const { connections } = (await answer.json()) as {
    connections: { name?: string; in_bytes: number; out_bytes: number }[];
  };
  const ours = connections.find(({ name }) => name === CLIENT_NAME);
  return ours === undefined ? 0 : ours.in_bytes + ours.out_bytes;
}

function publicationsOf(tokens: ReadonlyMap<string, string>) {
  const published = new Map<string, PublishedText>(
    [...tokens].map(([key, text]) => [key, { text, exporters: [], issuedAtSeconds: 0, lastServedAtMs: 0 }]),
  );
  return { get: (key: string) => published.get(key), keys: () => published.keys(), size: published.size };
}

type Rooms = Pick<typeof import('../../src/fleet/fleet.js'), 'Fleet'> &
  Pick<typeof import('../../src/nats/link.js'), 'createNatsLink'>;

/** As they were built: through tsx, which runs this benchmark, the same code takes up to four times as long. */
async function builtRooms(): Promise<Rooms> {
  const load = (file: string): Promise<unknown> =>
    import(new URL(`../../dist/${file}`, import.meta.url).href);
  // The types are those of the source that the files were built from.
  return { ...((await load('fleet/fleet.js')) as Rooms), ...((await load('nats/link.js')) as Rooms) };
}
