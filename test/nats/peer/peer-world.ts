import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { createInbox } from '@nats-io/transport-node';
import { createNatsLink, type NatsLink } from '../../../src/nats/link.js';
import { ResolverPeer } from '../../../src/nats/peer/peer.js';
import type { PeerMeter } from '../../../src/nats/peer/ports.js';
import { type AccountsBench, buildAccounts } from '../../support/accounts.js';
import { atEnd } from '../../support/clean-up.js';
import { type AccountChoices, type Body, type MintedAccount, mintAccount } from '../../support/mint.js';
import { connectWith } from '../../support/nats-client.js';
import type { NatsServer } from '../../support/nats-server.js';
import { Counts, Lines } from '../linked.js';
import { World } from '../world.js';

/** Counts what a peer does as `request:outcome`. */
export class KeptPeerMeter implements PeerMeter {
  readonly handledRequests: Record<string, number> = {};

  handled(request: string, outcome: string): void {
    const key = `${request}:${outcome}`;
    this.handledRequests[key] = (this.handledRequests[key] ?? 0) + 1;
  }
}

/** A peer on a real nats-server, with accounts that a test pushes. */
export interface PeerOnNats {
  readonly peer: ResolverPeer;
  readonly link: NatsLink;
  readonly log: Lines;
  readonly counts: Counts;
  readonly meter: KeptPeerMeter;
}

/** The accounts of one operator, on nats-servers and in peers. */
export class PeerWorld extends World {
  /** Mints an account; nobody knows it yet. */
  mint(name: string, choices: AccountChoices = {}): MintedAccount {
    return mintAccount(this.operator, { name, ...choices });
  }

  /** The accounts room of one account server; it knows the system account. */
  async accounts(...known: readonly MintedAccount[]): Promise<AccountsBench> {
    const bench = await buildAccounts(this.operator);
    // As a directory would: its content may have expired.
    for (const { key, jwt } of [this.system, ...known]) bench.store.put(key, jwt);
    return bench;
  }
}

/** How a peer connects. */
export interface PeerChoices {
  readonly creds?: string;
  readonly wanted?: boolean;
}

/** Starts a peer for the accounts; resolves when it has said what it answers. */
export async function peerOn(
  world: World,
  bench: Pick<AccountsBench, 'accounts'>,
  server: NatsServer,
  { creds = world.creds(), wanted = false }: PeerChoices = {},
): Promise<PeerOnNats> {
  const log = new Lines();
  const counts = new Counts();
  const meter = new KeptPeerMeter();
  const peer = new ResolverPeer({ accounts: bench.accounts, log, meter, version: '1.2.3', wanted });
  bench.accounts.listen(peer.changes);
  const link = createNatsLink(
    { servers: [server.url], auth: { kind: 'creds', text: creds }, retryDelayMs: 100 },
    { log, meter: counts, peer },
  );
  atEnd(() => link.close());
  link.start();
  await log.waitFor('resolver peer');
  return { peer, link, log, counts, meter };
}

/** A user of the system account who may do everything. */
export const adminOn = (world: World, server: NatsServer): Promise<NatsConnection> =>
  connectWith(server.url, Buffer.from(world.creds()));

/** Asks, and collects what comes until the end that is asked for. */
export async function collect(
  connection: NatsConnection,
  subject: string,
  payload: string | Uint8Array,
  isEnd: (message: Msg) => boolean = () => true,
): Promise<Msg[]> {
  const inbox = createInbox();
  const messages: Msg[] = [];
  const subscription = connection.subscribe(inbox);
  connection.publish(subject, payload, { reply: inbox });
  for await (const message of subscription) {
    messages.push(message);
    if (isEnd(message)) break;
  }
  return messages;
}

/** Everything of a pack but its end: `key|token` each. */
export async function pack(
  connection: NatsConnection,
  hash: Uint8Array = new Uint8Array(),
): Promise<string[]> {
  const isEnd = ({ data }: Msg): boolean => data.length === 0;
  const messages = await collect(connection, '$SYS.REQ.CLAIMS.PACK', hash, isEnd);
  return messages.slice(0, -1).map((message) => message.string());
}

/** An answer as servers give it. */
export interface Answer {
  readonly server: Body;
  readonly data?: unknown;
  readonly error?: Body;
}

/** The one answer to a request. */
export async function ask(
  connection: NatsConnection,
  subject: string,
  payload: string | Uint8Array = '',
): Promise<Answer> {
  const [message] = await collect(connection, subject, payload);
  if (message === undefined || message.headers?.code === 503) throw new Error('nobody listens');
  return message.json<Answer>();
}
