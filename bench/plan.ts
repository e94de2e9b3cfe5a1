/** How much is measured. */
export interface Plan {
  /** Numbers of accounts to ask about in place of the usual ones. */
  readonly sizes?: readonly number[];
  /** Only the largest of the usual numbers is asked about, and no larger one than this. */
  readonly most?: number;
  /** Interleaved, so that a busy moment of the machine does not hit one contender alone. */
  readonly rounds: number;
  readonly secondsPerRound: number;
  readonly warmUpSeconds: number;
  /** How many file changes are followed that the system tells of, and how many that only a sweep finds. */
  readonly changes: number;
  readonly sweptChanges: number;
  /** For how long is watched what the service does when nobody asks. */
  readonly idleSeconds: number;
  /** How many tokens are pushed in a round one after the other, and how many 16 at a time. */
  readonly pushes: { readonly inTurn: number; readonly atOnce: number };
  /** For how long GETs are asked undisturbed, before something happens meanwhile. */
  readonly quietMs: number;
  /** How many users are revoked, one after the other. */
  readonly revocations: number;
  /** How many accounts nats-servers have loaded when they are looked over, and how often that is. */
  readonly loaded: { readonly accounts: number; readonly everyMs: number };
}

/** Enough for numbers that stay the same within some percent on a quiet machine. */
export const FULL: Plan = {
  rounds: 3,
  secondsPerRound: 2,
  warmUpSeconds: 2,
  changes: 30,
  sweptChanges: 5,
  idleSeconds: 60,
  pushes: { inTurn: 300, atOnce: 1000 },
  quietMs: 2000,
  revocations: 20,
  loaded: { accounts: 2000, everyMs: 8000 },
};

/** Enough to see that everything works. */
export const QUICK: Plan = {
  most: 10_000,
  rounds: 3,
  secondsPerRound: 1,
  warmUpSeconds: 1,
  changes: 10,
  sweptChanges: 1,
  idleSeconds: 5,
  pushes: { inTurn: 100, atOnce: 300 },
  quietMs: 500,
  revocations: 5,
  loaded: { accounts: 300, everyMs: 2000 },
};

/** Which numbers of accounts are asked about, given the usual ones of a question in rising order. */
export function sizesOf(
  { sizes, most }: Pick<Plan, 'sizes' | 'most'>,
  usual: readonly number[],
): readonly number[] {
  if (sizes !== undefined) return sizes;
  return most === undefined ? usual : usual.slice(-1).map((size) => Math.min(size, most));
}
