import { describePosition, type Position } from './nats-syntax/nodes.js';

/** Where a setting was made. */
export type Source =
  | { readonly kind: 'file'; readonly at: Position; readonly key: string }
  | { readonly kind: 'environment'; readonly variable: string }
  | { readonly kind: 'flag'; readonly flag: string };

/** What counts more, last: defaults < file < environment < flags. */
export const LAYERS = ['file', 'environment', 'flag'] as const;

/** `--listen`, `NATS_ACCOUNT_SERVER_LISTEN` or `as.conf:3:5 http.listen`. */
export function describeSource(source: Source): string {
  switch (source.kind) {
    case 'flag':
      return source.flag;
    case 'environment':
      return source.variable;
    case 'file':
      return `${describePosition(source.at)} ${source.key}`;
  }
}

/** One mistake of the configuration. Never holds a secret. */
export interface ConfigProblem {
  /** The option it is about, as in a configuration file; absent when it is about none. */
  readonly option?: string;
  /** Where it was set, see {@link describeSource}; absent for what is missing. */
  readonly where?: string;
  /** What is wrong and what to do, for a person. */
  readonly message: string;
}

/** A problem as one line. */
export function describeProblem(problem: ConfigProblem): string {
  return problem.where === undefined ? problem.message : `${problem.where}: ${problem.message}`;
}
