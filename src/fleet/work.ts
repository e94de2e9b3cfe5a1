/** What is being done about one account: never more than one thing at a time. */
export type Work =
  | 'idle'
  /** A notice waits for its turn; it will carry whatever is newest then. */
  | 'queued'
  /** A notice is with the servers. */
  | 'sending'
  /** The same, and another notice is wanted afterwards. */
  | 'sending_again'
  /** The servers are being asked what they run. */
  | 'checking'
  /** A timer runs: a back-off, or a second look. */
  | 'resting';

/** What happens to the work for an account. */
export type WorkEvent =
  /** A notice has to go out. */
  | 'wanted'
  /** Its turn has come. */
  | 'picked'
  /** Something is to be asked, and no notice is needed for it. */
  | 'compare'
  /** Nothing more to do until a timer says so. */
  | 'rest'
  | 'done'
  /** Withdrawn, or the connection is lost: what is owed will follow from comparing. */
  | 'dropped';

/**
 * Every transition. `wanted` outdates whatever was under way, except a notice, which is followed by another: so the
 * servers never have two notices of one account at once.
 */
export const WORK: Readonly<Record<Work, Readonly<Record<WorkEvent, Work>>>> = {
  idle: {
    wanted: 'queued',
    picked: 'idle',
    compare: 'checking',
    rest: 'resting',
    done: 'idle',
    dropped: 'idle',
  },
  queued: {
    wanted: 'queued',
    picked: 'sending',
    compare: 'queued',
    rest: 'queued',
    done: 'queued',
    dropped: 'idle',
  },
  sending: {
    wanted: 'sending_again',
    picked: 'sending',
    compare: 'checking',
    rest: 'resting',
    done: 'idle',
    dropped: 'idle',
  },
  sending_again: {
    wanted: 'sending_again',
    picked: 'sending_again',
    compare: 'queued',
    rest: 'queued',
    done: 'queued',
    dropped: 'idle',
  },
  checking: {
    wanted: 'queued',
    picked: 'checking',
    compare: 'checking',
    rest: 'resting',
    done: 'idle',
    dropped: 'idle',
  },
  resting: {
    wanted: 'queued',
    picked: 'resting',
    compare: 'checking',
    rest: 'resting',
    done: 'idle',
    dropped: 'idle',
  },
};
