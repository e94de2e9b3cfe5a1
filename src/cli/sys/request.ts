import type { ProfileName } from '../../nats/system/profile.js';
import type { ClientEventKind } from '../../nats/system/subjects.js';

/** What belongs to every request. */
interface Common {
  readonly json: boolean;
  /** How long answers are waited for. */
  readonly timeoutMs: number;
}

/** `server` in these: a server id, a server name, or the beginning of either. */
export type SysRequest = Common &
  (
    | { readonly kind: 'ping' | 'info' | 'user-info' }
    | { readonly kind: 'stats' | 'reload'; readonly server: string }
    | ProfileRequest
    | EventsRequest
  );

/** Which profile, and where it goes. */
export interface ProfileRequest {
  readonly kind: 'profile';
  readonly server: string;
  readonly profile: ProfileName;
  /** How long the processor is measured. */
  readonly durationMs: number;
  /** Undefined: standard output. */
  readonly output: string | undefined;
}

/** Which events. */
export interface EventsRequest {
  readonly kind: 'events';
  readonly kinds: readonly ClientEventKind[];
  /** Undefined: those of all accounts. */
  readonly account: string | undefined;
}
