/** How much an issue matters (jwt v2/validation.go): an error always blocks, a time check blocks where time counts. */
export type Severity = 'error' | 'time' | 'warning';

/** One finding of validation. */
export interface Issue {
  /** Stable id of the rule, as in docs and metrics: `I12`, `C1`, `H3`. */
  readonly rule: string;
  readonly severity: Severity;
  /** JSON path of what the issue is about: `nats.imports[3].token`; '' for the whole token. */
  readonly path: string;
  /** One sentence for a person. */
  readonly description: string;
}

/** Go's IsBlocking(false): something is wrong whatever the time. */
export function isBlocking(issues: readonly Issue[]): boolean {
  return issues.some((issue) => issue.severity === 'error');
}

/** Go's IsBlocking(true): as {@link isBlocking}, or expired, or not yet valid. */
export function isBlockingWithTime(issues: readonly Issue[]): boolean {
  return issues.some((issue) => issue.severity !== 'warning');
}
