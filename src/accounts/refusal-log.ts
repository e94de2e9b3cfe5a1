import type { Refusal } from './errors.js';
import type { Log, Origin } from './ports.js';
import { isFollowed } from './register.js';

/** Beyond this many the memory of what was told begins anew. */
const REMEMBERED = 10_000;

/**
 * Tells of refused tokens. A push is somebody's deed, each time; but what another account server sends it may send over
 * and over, so of that each account and reason is told once.
 */
export class RefusalLog {
  readonly #told = new Set<string>();

  constructor(private readonly log: Log) {}

  /** @param accountKey undefined when the text is no trusted token */
  refused(refusal: Refusal, origin: Origin, accountKey?: string, cause?: unknown): void {
    const facts = {
      code: refusal.code,
      account: accountKey,
      origin,
      reason: refusal.message,
      ...(cause !== undefined && { err: cause }),
    };
    if (isFollowed(origin) && this.#wasTold(`${accountKey} ${refusal.code}`)) {
      this.log.debug(facts, 'token refused');
    } else {
      this.log.warn(facts, 'token refused');
    }
  }

  #wasTold(news: string): boolean {
    if (this.#told.has(news)) return true;
    if (this.#told.size >= REMEMBERED) this.#told.clear();
    this.#told.add(news);
    return false;
  }
}
