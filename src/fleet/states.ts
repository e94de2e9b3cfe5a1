import type { Loaded } from './ports.js';

/** What a server last answered to a notice of an account; `none`: it was sent none. */
export const ACKNOWLEDGED = [
  'none',
  'applied',
  'not_loaded',
  'failed',
  'account_server',
  'unknown',
  'silent',
] as const;
/** One of {@link ACKNOWLEDGED}. */
export type Acknowledged = (typeof ACKNOWLEDGED)[number];

/** What a server runs for an account, as it said itself when asked. */
export const EFFECT = [
  /** Never asked, or it could not say. */
  'unknown',
  'not_loaded',
  /** It has the account; which text is not known. */
  'unproven',
  /** The published text, all imports resolved. */
  'current',
  /** The published text, but an import is dead. */
  'incomplete',
  /** The published text, which has expired. */
  'expired',
  /** It has heard of the account, but holds no token and serves nobody with it. */
  'placeholder',
  /** Another text. */
  'differs',
] as const;
/** One of {@link EFFECT}. */
export type Effect = (typeof EFFECT)[number];

/** What an effect means for the work still to be done. */
export type Standing =
  /** Nothing to do until something changes. */
  | 'settled'
  /** Ask. */
  | 'ask'
  /** Send. */
  | 'owed';

/** What each effect leaves to be done. */
export const STANDING: Readonly<Record<Effect, Standing>> = {
  unknown: 'ask',
  not_loaded: 'settled',
  unproven: 'ask',
  current: 'settled',
  // It heals by itself when the exporter arrives there, which nobody announces.
  incomplete: 'ask',
  expired: 'settled',
  placeholder: 'settled',
  differs: 'owed',
};

/** Whether a server has the account; it then has it for as long as it runs. */
export const isLoaded = (effect: Effect): boolean => effect !== 'unknown' && effect !== 'not_loaded';

/** Whether a server runs the published text, whatever becomes of it there. */
export const runsPublished = (effect: Effect): boolean =>
  effect === 'current' || effect === 'incomplete' || effect === 'expired';

/** Compares what a server says it runs with what is published. */
export function judge(loaded: Exclude<Loaded, { readonly kind: 'failed' }>, published: string): Effect {
  if (loaded.kind === 'not_loaded') return 'not_loaded';
  if (loaded.jwt === undefined || loaded.jwt === '') return 'placeholder';
  if (!isPublished(loaded.jwt, published)) return 'differs';
  if (loaded.expired) return 'expired';
  return loaded.complete ? 'current' : 'incomplete';
}

/** Whether a loaded text is the published one. A server keeps the line end of a file it once loaded; that makes no other token. */
export const isPublished = (loaded: string, published: string): boolean =>
  loaded === published || loaded.trimEnd() === published;
