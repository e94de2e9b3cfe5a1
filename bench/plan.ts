/** How much is measured. */
export interface Plan {
  readonly accounts: number;
  /** Interleaved, so that a busy moment of the machine does not hit one contender alone. */
  readonly rounds: number;
  readonly secondsPerRound: number;
  readonly warmUpSeconds: number;
  /** How many file changes are followed. */
  readonly changes: number;
  /** How many users are revoked, one after the other. */
  readonly revocations: number;
}

/** Enough for numbers that stay the same within some percent on a quiet machine. */
export const FULL: Omit<Plan, 'accounts'> = {
  rounds: 5,
  secondsPerRound: 3,
  warmUpSeconds: 2,
  changes: 30,
  revocations: 20,
};

/** Enough to see that everything works. */
export const QUICK: Omit<Plan, 'accounts'> = {
  rounds: 3,
  secondsPerRound: 1,
  warmUpSeconds: 1,
  changes: 10,
  revocations: 5,
};
