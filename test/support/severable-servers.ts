import { setTimeout as delay } from 'node:timers/promises';
import { type NatsServer, startNatsServer } from './nats-server.js';
import { type TcpProxy, tcpProxy } from './tcp-proxy.js';

const TIMEOUT_MS = 40_000;

/** What ties the far server to the others: routes of one cluster, or gateways between two. */
export type Tie = 'routes' | 'gateways';

/** Two servers near, and one far: it can be cut off from the two, while its clients and the resolver stay with it. */
export interface SeverableServers {
  /** The last is the far one. */
  readonly servers: readonly [NatsServer, NatsServer, NatsServer];
  /** Cuts the far one off; resolves when all three know. */
  sever(): Promise<void>;
  /** Opens the way back; resolves at once. */
  mend(): Promise<void>;
}

/**
 * Starts three servers that share this configuration. What leads to or from the far one goes over paths that can be cut,
 * and each server tells the others that path as its address: otherwise gossip would show them a way around it.
 */
export async function startSeverable(tie: Tie, config: string): Promise<SeverableServers> {
  const { links, portOf, views } = TIES[tie];
  const started: NatsServer[] = [];
  const ports: number[] = [];
  const paths: TcpProxy[] = [];
  for (const index of [0, 1, 2]) paths.push(await tcpProxy(() => ports[index] ?? 0));
  for (const index of [0, 1, 2]) {
    const own = `${config}\n${links(index, started, paths)}\n`;
    const server = await startNatsServer({ config: own, name: `server-${index}` });
    started.push(server);
    ports.push(await portOf(server));
  }
  const servers = started as [NatsServer, NatsServer, NatsServer];
  const untilAllSee = async (there: boolean): Promise<void> => {
    const deadline = Date.now() + TIMEOUT_MS;
    while ((await views(servers)).includes(!there)) {
      if (Date.now() > deadline) throw new Error(`${tie} are not ${there ? 'up' : 'cut'} on all servers`);
      await delay(20);
    }
  };
  await untilAllSee(true);
  return {
    servers,
    sever: async () => {
      for (const path of paths) await path.cut();
      await untilAllSee(false);
    },
    mend: async () => {
      for (const path of paths) await path.mend();
    },
  };
}

/** How one kind of tie is made and looked at. */
interface TieKind {
  /** The configuration of the server with this index; the near ones find each other without a path that is ever cut. */
  links(index: number, started: readonly NatsServer[], paths: readonly TcpProxy[]): string;
  /** Where the path to a server ends. */
  portOf(server: NatsServer): Promise<number>;
  /** Whether the far server is there, as each end sees it. */
  views(servers: SeverableServers['servers']): Promise<boolean[]>;
}

const FAR = 2;
const urlOf = (port: number | undefined): string => `nats://127.0.0.1:${port}`;
const advertised = (path: TcpProxy | undefined): string => `advertise: "127.0.0.1:${path?.port}"`;

const TIES: Readonly<Record<Tie, TieKind>> = {
  routes: {
    links: (index, started, paths) => {
      const routes = index === FAR ? paths.slice(0, FAR) : started.slice(0, 1);
      return cluster('test', routes.map(routePort).map(urlOf), advertised(paths[index]));
    },
    portOf: async ({ clusterPort = 0 }) => clusterPort,
    views: async ([one, other, far]) => {
      const ends = [
        [one, far],
        [other, far],
        [far, one],
        [far, other],
      ] as const;
      return Promise.all(ends.map(([from, to]) => isRouted(from, to)));
    },
  },
  gateways: {
    links: (index, started, paths) => {
      const name = index === FAR ? 'far' : 'near';
      const routes = index === FAR ? [] : started.slice(0, 1).map(routePort).map(urlOf);
      const gateways = [
        { name: 'near', urls: paths.slice(0, FAR).map(({ port }) => urlOf(port)) },
        { name: 'far', urls: paths.slice(FAR).map(({ port }) => urlOf(port)) },
      ];
      const gateway = `name: ${name}, listen: "127.0.0.1:-1", ${advertised(paths[index])}, gateways: ${JSON.stringify(gateways)}`;
      return `${cluster(name, routes)}\ngateway { ${gateway} }`;
    },
    portOf: async (server) => (await ask<{ gateway: { port: number } }>(server, 'varz')).gateway.port,
    views: (servers) => Promise.all(servers.map(hasOutboundGateway)),
  },
};

function cluster(name: string, routes: readonly string[], more = ''): string {
  return `cluster { name: ${name}, listen: "127.0.0.1:-1", routes: ${JSON.stringify(routes)}, no_advertise: true, ${more} }`;
}

const routePort = (end: NatsServer | TcpProxy): number | undefined =>
  'clusterPort' in end ? end.clusterPort : end.port;

/** Whether a server has a route to another, as itself sees it. */
export async function isRouted(from: NatsServer, to: NatsServer): Promise<boolean> {
  const { routes } = await ask<{ routes?: { remote_id: string }[] | null }>(from, 'routez');
  const id = await idOf(to);
  return (routes ?? []).some(({ remote_id }) => remote_id === id);
}

const ids = new WeakMap<NatsServer, string>();

/** Remembered, since a frozen server does not tell. */
async function idOf(server: NatsServer): Promise<string> {
  const id = ids.get(server) ?? (await ask<{ server_id: string }>(server, 'varz')).server_id;
  ids.set(server, id);
  return id;
}

async function hasOutboundGateway(server: NatsServer): Promise<boolean> {
  const ways = await ask<{ outbound_gateways?: object }>(server, 'gatewayz');
  return Object.keys(ways.outbound_gateways ?? {}).length > 0;
}

async function ask<T>({ monitorUrl }: NatsServer, what: string): Promise<T> {
  // The shape is that of the monitoring page asked for.
  return (await (await fetch(`${monitorUrl}/${what}`)).json()) as T;
}
