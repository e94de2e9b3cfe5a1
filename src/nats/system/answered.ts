/** Why a request was not answered as hoped. */
export type RequestFailure =
  /** The user lacks a permission; `subject` is what has to be allowed. */
  | { readonly kind: 'denied'; readonly operation: 'publish' | 'subscribe'; readonly subject: string }
  /** Nobody listens there: the user is not in the system account, or no such server, or all servers are too old. */
  | { readonly kind: 'nobody'; readonly subject: string }
  | { readonly kind: 'silent'; readonly subject: string; readonly waitedMs: number }
  | { readonly kind: 'lost' }
  /** The server answered that it could not. */
  | { readonly kind: 'refused'; readonly text: string };

/** An answer, or why there is none. */
export type Answered<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: RequestFailure };

/** One request, answered by one server or many. Sent without headers. */
export interface SystemRequest {
  readonly subject: string;
  readonly payload?: string;
  /** For all answers together. */
  readonly timeoutMs: number;
}
