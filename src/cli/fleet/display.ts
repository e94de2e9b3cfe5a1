import type { Look } from './look.js';
import type { ServiceProblem } from './problem.js';

/** Shows what was looked at again and again, and that it could not be looked at. */
export interface Display {
  show(look: Look, signal: AbortSignal): Promise<void>;
  /** The service cannot be asked at the moment. */
  trouble(problem: ServiceProblem): void;
  /** It answers again. */
  recovered(): void;
  end(): void;
}
