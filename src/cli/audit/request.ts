/** What `audit` is to do. */
export interface AuditRequest {
  /** The audit directory; undefined: the one that the configuration names. */
  readonly directory: string | undefined;
  readonly json: boolean;
  readonly task: AuditTask;
}

/** One of its two tasks. */
export type AuditTask =
  /** `expected`: the hash of a line that has to be there. */
  | { readonly kind: 'verify'; readonly expected: string | undefined }
  /** `account`: a key or a name; `sinceMs`: milliseconds since 1970. */
  | { readonly kind: 'show'; readonly account: string | undefined; readonly sinceMs: number };
