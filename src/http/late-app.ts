import type { App } from './requests.js';

/** By then the nats-servers that waited for the service to come up have what they need. */
const BUILD_AFTER_MS = 250;

/**
 * The application behind the front door, built when the service listens already: to load and build it takes longer than
 * all the rest of a start, and nats-servers can log clients in without it. Whoever needs it sooner waits for it.
 */
export class LateApp {
  #building: Promise<App> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #app: App | undefined;

  constructor(private readonly build: () => Promise<App>) {}

  /** The application; undefined until it is built. */
  get app(): App | undefined {
    return this.#app;
  }

  /** Builds it in a moment. */
  buildSoon(): void {
    this.#timer = setTimeout(() => void this.built(), BUILD_AFTER_MS);
  }

  /** Builds it now, unless that was begun before, and waits until it is built. */
  built(): Promise<App> {
    this.#building ??= this.build().then((app) => {
      this.#app = app;
      return app;
    });
    return this.#building;
  }

  /** Ends it, or does not begin it any more. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await (await this.#building)?.close();
  }
}
