import type { Bench } from '../bench.js';
import type { Answer } from '../report/answer.js';

/** Something to find out. */
export interface Question {
  /** In a few words, for the list of questions. */
  readonly about: string;
  /** The numbers of accounts that it is asked for, in rising order; none where that does not matter. */
  readonly sizes?: readonly number[];
  ask(bench: Bench, size: number): Promise<readonly Answer[]>;
}

/** A number of accounts, for people. */
export const many = (count: number): string => `${count.toLocaleString('en')} accounts`;
