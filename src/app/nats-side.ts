import type {
  AccountService,
  ChangeListener,
  Log,
  Publication,
  PublishedAccounts,
} from '../accounts/ports.js';
import type { Config } from '../config/schema.js';
import { Fleet } from '../fleet/fleet.js';
import type { Publications } from '../fleet/ports.js';
import { createNatsLink } from '../nats/link.js';
import { ResolverPeer } from '../nats/peer/peer.js';
import type { ServiceMeter } from '../observability/meter.js';
import { natsOptions } from './nats-options.js';

/** The way to the nats-servers: delivery of changes, or nothing when none is configured. */
export interface NatsSide {
  /** What each nats-server runs; undefined when NATS is not configured. */
  readonly fleet: Fleet | undefined;
  /** Hears what is published. */
  readonly changes: ChangeListener;
  /** Begins to connect; returns at once, whatever NATS does. */
  start(): void;
  /** Sends the notice of an account again. */
  notify(accountKey: string): void;
  /**
   * Connects anew with another identity or other servers.
   * @throws StartupError when a file that it names cannot be read; the connection then stays as it is
   */
  reload(nats: Config['nats']): void;
  close(): Promise<void>;
}

/** What the NATS side works with. */
export interface NatsParts {
  readonly accounts: AccountService;
  readonly meter: ServiceMeter;
  readonly log: Log;
  readonly version: string;
}

/**
 * Builds the NATS side of a configuration that names servers.
 * @throws StartupError when a file that it names cannot be read
 */
export function buildNats(nats: Config['nats'], parts: NatsParts): NatsSide {
  const { accounts, meter, log } = parts;
  const peer = nats.resolverPeer === false ? undefined : openPeer(nats, parts);
  const link = createNatsLink(natsOptions(nats), { log, meter: meter.connection, peer });
  const fleet = new Fleet({
    wire: link.wire,
    publications: publicationsOf(accounts.published),
    ...(peer !== undefined && { strangeTexts: peer }),
    log,
    meter: meter.fleet,
    options: { noticesPerSecond: nats.pace },
  });
  return {
    fleet,
    changes: {
      published(publication) {
        peer?.changes.published(publication);
        tell(fleet, publication);
      },
      withdrawn(account, reason) {
        peer?.changes.withdrawn(account, reason);
        fleet.changed(account.accountKey);
      },
    },
    start() {
      fleet.start();
      link.start();
    },
    notify: (accountKey) => void fleet.notify(accountKey),
    reload: (changed) => link.reload(natsOptions(changed)),
    async close() {
      // What the peer still takes in is still delivered.
      await peer?.close();
      fleet.close();
      await link.close();
    },
  };
}

function openPeer(
  { resolverPeer }: Config['nats'],
  { accounts, meter, log, version }: NatsParts,
): ResolverPeer {
  return new ResolverPeer({ accounts, log, meter: meter.peer, version, wanted: resolverPeer === true });
}

/** What the nats-servers were sent already is not sent again: several account servers would go on answering each other. */
function tell(fleet: Fleet, { account, origin }: Publication): void {
  if (origin.kind === 'update' && origin.sentToServers) fleet.adopted(account.accountKey);
  else fleet.changed(account.accountKey);
}

function publicationsOf(published: PublishedAccounts): Publications {
  return {
    get size() {
      return published.size;
    },
    *keys() {
      for (const { account } of published.values()) yield account.accountKey;
    },
    get(accountKey) {
      const found = published.get(accountKey);
      if (found === undefined) return undefined;
      const { account, lastServedAtMs } = found;
      return {
        // Asked for when it is needed: kept, it would be another copy of every token.
        get text() {
          return account.text;
        },
        exporters: account.exporters,
        issuedAtSeconds: account.issuedAtSeconds,
        lastServedAtMs,
      };
    },
  };
}
