import type { AwayReason } from './ports.js';

/** How the connection to NATS stands. */
export type LinkState =
  /** Not started. */
  | { readonly kind: 'idle' }
  | { readonly kind: 'connecting' }
  | {
      readonly kind: 'connected';
      /** `host:port`. */
      readonly address: string;
      readonly server: string;
      readonly serverId: string;
      readonly version: string;
    }
  | { readonly kind: 'away'; readonly reason: AwayReason; readonly message: string }
  | { readonly kind: 'closed' };

/** Whether a change is worth a line: tries that fail the same way again are not. */
export function isNews(before: LinkState, after: LinkState): boolean {
  if (before.kind === 'away' && after.kind === 'away') return before.reason !== after.reason;
  return before.kind !== after.kind || after.kind === 'connected';
}
