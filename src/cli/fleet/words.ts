import type { CellAnswer } from './answers.js';

/** How good something is. */
export type Tone =
  /** As it should be. */
  | 'good'
  /** Nothing to see. */
  | 'quiet'
  /** In force, but with a fault that sending it again does not mend. */
  | 'flawed'
  | 'unknown'
  | 'bad';

/** What a server runs for an account, in words. */
export interface Word {
  readonly tone: Tone;
  /** Beside the mark of the tone in a narrow table; '' where the mark says it all. */
  readonly short: string;
  /** After the name of the server. */
  readonly long: string;
  /** What else is known, for where there is room. */
  readonly more?: string;
}

/** By `effect` of the API. */
const EFFECT_WORDS: ReadonlyMap<string, Word> = new Map([
  ['current', { tone: 'good', short: '', long: 'runs the published JWT' }],
  [
    'not_loaded',
    { tone: 'quiet', short: '', long: 'has not loaded it; it fetches the JWT when a client comes' },
  ],
  ['placeholder', { tone: 'quiet', short: 'no JWT', long: 'has heard of it, but holds no JWT of it' }],
  ['incomplete', { tone: 'flawed', short: 'import', long: 'runs the published JWT, but an import is dead' }],
  ['expired', { tone: 'flawed', short: 'expired', long: 'runs the published JWT, which has expired' }],
  ['differs', { tone: 'bad', short: 'other', long: 'runs another JWT' }],
  [
    'unproven',
    { tone: 'unknown', short: 'unproven', long: 'has it, and has not said yet which JWT it runs' },
  ],
  ['unknown', { tone: 'unknown', short: 'unknown', long: 'has not said yet whether it has it' }],
]);

const REFUSED: Word = { tone: 'bad', short: 'refused', long: 'refused the published JWT' };
const SILENT: Word = { tone: 'unknown', short: 'silent', long: 'does not answer' };

/** What a server that is silent said before. */
const SAID_BEFORE: ReadonlyMap<string, string> = new Map([
  ['current', 'ran the published JWT before'],
  ['incomplete', 'ran the published JWT before'],
  ['expired', 'ran the published JWT before'],
  ['differs', 'ran another JWT before'],
  ['unproven', 'has it, which JWT is not known'],
  ['not_loaded', 'had not loaded it before'],
  ['placeholder', 'had not loaded it before'],
]);

/** What a server runs. `presence`: how the server itself stands, undefined when it is not listed. */
export function describeCell({ effect, acknowledged }: CellAnswer, presence: string | undefined): Word {
  if (presence === 'silent') return { ...SILENT, more: SAID_BEFORE.get(effect) ?? '' };
  if (acknowledged === 'failed' && effect !== 'current') return REFUSED;
  // A newer service may know effects that this program does not: whatever they mean, they are not taken for good.
  return EFFECT_WORDS.get(effect) ?? { tone: 'unknown', short: effect, long: `says "${effect}"` };
}

/** The whole of what is known. */
export const inFull = ({ long, more = '' }: Word): string => (more === '' ? long : `${long}; ${more}`);

/** Whether a server is a reason why an account is not effective. */
export const isTrouble = ({ tone }: Word): boolean => tone !== 'good' && tone !== 'quiet';

const ACKNOWLEDGED_WORDS: ReadonlyMap<string, string> = new Map([
  ['none', ''],
  ['applied', 'took it'],
  ['not_loaded', 'did not need it'],
  ['failed', 'refused it'],
  ['account_server', 'stored it (an account server)'],
  ['unknown', 'answered something unknown'],
  ['silent', 'gave no answer'],
]);

/** What a server answered when the JWT was sent to it; '' when it was not. */
export const describeAcknowledged = (word: string): string => ACKNOWLEDGED_WORDS.get(word) ?? word;

const STATE_TONES: ReadonlyMap<string, Tone> = new Map([
  ['effective', 'good'],
  ['incomplete', 'flawed'],
  ['expired', 'flawed'],
  ['pending', 'bad'],
]);

/** How good the state of an account is. */
export const toneOfState = (state: string): Tone => STATE_TONES.get(state) ?? 'unknown';

/** What the service is doing about an account; '' for nothing. */
const WORK_WORDS: ReadonlyMap<string, string> = new Map([
  ['idle', ''],
  ['queued', 'waits to be sent'],
  ['sending', 'is being sent'],
  ['sending_again', 'is being sent'],
  ['checking', 'the servers are being asked what they run'],
  ['resting', 'will be looked at again shortly'],
]);

/** What the service is doing about an account; '' for nothing. */
export const describeWork = (work: string): string => WORK_WORDS.get(work) ?? work;
