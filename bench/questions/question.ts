import type { Bench } from '../bench.js';
import type { Answer } from '../report/answer.js';

/** Something to find out. */
export interface Question {
  /** In a few words, for the list of questions. */
  readonly about: string;
  ask(bench: Bench): Promise<readonly Answer[]>;
}

/** A number of accounts, for people. */
export const many = (count: number): string => `${count.toLocaleString('en')} accounts`;
