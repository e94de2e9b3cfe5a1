import type { AccountService } from '../../accounts/ports.js';
import type { Log } from '../ports.js';

/** The requests that a resolver peer answers. */
export type PeerRequestKind = 'lookup' | 'pack' | 'list' | 'update' | 'delete';

/** What became of a request, or (`foreign_update`) of a token that somebody else sent to the servers. */
export type PeerOutcome =
  /** Lookup, pack, list: the asker got what it asked for. */
  | 'answered'
  /** Lookup: no such account, or only an expired one; there is no answer. */
  | 'unknown'
  /** Pack: the asker has the same accounts. */
  | 'equal'
  /** Pack: the asker went away. */
  | 'abandoned'
  /** The token was published, or the accounts were deleted. */
  | 'accepted'
  /** This very token is published already. */
  | 'unchanged'
  | 'refused'
  /** Too much was asked at once. */
  | 'dropped';

/** Counts in the words of this room; observability gives the real one. */
export interface PeerMeter {
  handled(request: PeerRequestKind | 'foreign_update', outcome: PeerOutcome): void;
}

/** A meter that counts nothing. */
export const NO_PEER_METER: PeerMeter = { handled() {} };

/** What a peer needs of its surroundings. */
export interface PeerParts {
  readonly accounts: AccountService;
  readonly log: Log;
  readonly meter?: PeerMeter;
  /** Shown to askers. */
  readonly version: string;
  /** The administrator asked for the peer by name: what it may not do is a warning, not just a remark. */
  readonly wanted?: boolean;
}
