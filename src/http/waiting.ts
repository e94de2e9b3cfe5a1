import type { ServerResponse } from 'node:http';

/** The requests whose answers wait for something: each ends when its client goes away, all end when the service does. */
export class WaitingRequests {
  readonly #waiting = new Set<AbortController>();
  readonly #delayed = new WeakSet<ServerResponse>();
  #ended = false;

  /** The service is ending, so nothing is waited for any more. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Whether this answer was held back: how long it took then says nothing about the service. */
  delayed(response: ServerResponse): boolean {
    return this.#delayed.has(response);
  }

  /** Runs something with a signal that is aborted as soon as waiting makes no sense any more. */
  async during<T>(response: ServerResponse, wait: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const end = () => controller.abort();
    if (this.#ended || response.destroyed) end();
    response.once('close', end);
    this.#waiting.add(controller);
    this.#delayed.add(response);
    try {
      return await wait(controller.signal);
    } finally {
      this.#waiting.delete(controller);
      response.off('close', end);
    }
  }

  /** Ends all waiting, now and from now on. */
  endAll(): void {
    this.#ended = true;
    for (const controller of this.#waiting) controller.abort();
  }
}
