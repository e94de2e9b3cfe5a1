/** How an account stands with the whole fleet, from good to bad. */
export const ACCOUNT_STATES = ['effective', 'incomplete', 'expired', 'pending', 'unknown'] as const;

/**
 * One of {@link ACCOUNT_STATES}.
 *
 * - `effective`: every server that has the account runs the published text, all imports resolved; or no server has it.
 * - `incomplete`: every server that has it runs the published text, but somewhere an import is dead.
 * - `expired`: likewise, but somewhere it has expired.
 * - `pending`: some server runs, or may run, something else or refused it, or work for it is under way.
 * - `unknown`: it cannot be known now: no connection, servers may not be asked, one that may have it is silent, or not
 *   all servers have been found or have said what they have loaded.
 */
export type AccountState = (typeof ACCOUNT_STATES)[number];

/** How much of the fleet can be seen. */
export type Sight =
  /** Every server of the fleet is known, answers, and has said what it has loaded. */
  | 'whole'
  /** Some servers can be asked, but not all. */
  | 'partial'
  /** Nobody can be asked. */
  | 'none';

/** What the cells of one account and the work for it say, were every server in sight. */
export type Evidence =
  | 'effective'
  | 'incomplete'
  | 'expired'
  /** Some server has it, and what that one runs is not known. */
  | 'unproven'
  /** Some server runs something else or refused it, or something is being done about the account. */
  | 'pending';

/** What evidence is worth: what is right everywhere needs the sight of everybody, what is wrong somewhere does not. */
export const ACCOUNT_STATE: Readonly<Record<Sight, Readonly<Record<Evidence, AccountState>>>> = {
  whole: {
    effective: 'effective',
    incomplete: 'incomplete',
    expired: 'expired',
    unproven: 'pending',
    pending: 'pending',
  },
  partial: {
    effective: 'unknown',
    incomplete: 'unknown',
    expired: 'unknown',
    unproven: 'unknown',
    pending: 'pending',
  },
  none: {
    effective: 'unknown',
    incomplete: 'unknown',
    expired: 'unknown',
    unproven: 'unknown',
    pending: 'unknown',
  },
};

/** Every server that has the account runs what is published, whatever becomes of it there. */
export const isEffectiveState = (state: AccountState): boolean =>
  state === 'effective' || state === 'expired';

/** No account in any state. */
export const noAccounts = (): Record<AccountState, number> => ({
  effective: 0,
  incomplete: 0,
  expired: 0,
  pending: 0,
  unknown: 0,
});
