import type { FastifyInstance } from 'fastify';

/** The application while routes are added to it. */
export type App = FastifyInstance;

/**
 * The options of a query string. Each is a text, or missing: {@link parseQuery} makes nothing else, so that there is
 * nothing left to check before the readers say what is allowed.
 */
type Query<Options extends string> = { readonly [Option in Options]?: string };

/** The account that a path names: any text, until it is looked up. */
export interface AccountParams {
  readonly accountKey: string;
}

/** The forms for people in which a token can be had. */
export type OperatorQuery = Query<'text' | 'decode'>;

/** What a GET of an account can ask for; `jti` is refused: tokens could once be asked for by their id. */
export type AccountQuery = Query<'text' | 'decode' | 'check' | 'notify' | 'jti'>;

/** What a push can ask for. */
export type PushQuery = Query<'wait'>;

/** How much a pack holds. */
export type PackQuery = Query<'max'>;

/** How long an answer of the API may wait. */
export type WaitQuery = Query<'wait'>;

/** A list of the API: which page of it, and only accounts in which states. */
export type PageQuery = Query<'after' | 'limit' | 'state'>;

/** Whether an option is set, as the Go account server understands it: `true` in any case, and nothing else. */
export function isTrue(option: string | undefined): boolean {
  return option?.toLowerCase() === 'true';
}

/** Reads a query string; of options given twice the first counts, as in Go's `url.Values.Get`. */
export function parseQuery(query: string): Record<string, string> {
  const options: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(query)) options[name] ??= value;
  return options;
}
