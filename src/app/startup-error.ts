/** The service cannot start as it was told to; every mistake found is one sentence. */
export class StartupError extends Error {
  override readonly name = 'StartupError';

  constructor(
    readonly problems: readonly string[],
    options?: { cause?: unknown },
  ) {
    super(problems.join('; '), options);
  }
}
