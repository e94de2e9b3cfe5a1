/** Whether it may pass by itself: the service restarts, a proxy in between finds nobody. */
export type Prospect = 'passing' | 'lasting';

/** Why the service could not tell about the fleet: one sentence that says what to do. */
export class ServiceProblem extends Error {
  override readonly name = 'ServiceProblem';

  constructor(
    message: string,
    readonly prospect: Prospect = 'lasting',
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
