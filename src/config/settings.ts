import type { Input } from './inputs.js';
import type { ConfigProblem, Source } from './source.js';

/** What one source says about one input. */
export interface Setting {
  readonly input: Input;
  readonly texts: readonly string[];
  readonly source: Source;
}

/** Everything that one source (file, environment, flags) says. */
export interface Settings {
  readonly settings: readonly Setting[];
  readonly problems: readonly ConfigProblem[];
  /** What is allowed but should be known. */
  readonly notices: readonly string[];
  /** The source could not be read as a whole: what is missing may stand in it. */
  readonly broken?: true;
}

/** Nothing said. */
export const NO_SETTINGS: Settings = { settings: [], problems: [], notices: [] };
