/** Something about the demo that a person has to mend; the message says what to do. */
export class DemoError extends Error {
  override readonly name = 'DemoError';
}

/** The message of whatever was thrown. */
export function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
