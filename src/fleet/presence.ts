/** How a server stands with us. */
export type Presence =
  /** It answers: its answer to a notice is waited for. */
  | 'present'
  /** It owes an answer: it is called now and then, and looked at again as soon as it is heard. */
  | 'silent'
  /** Lame duck: it still runs accounts, but nobody waits for it. */
  | 'leaving'
  /** It has ended, or was silent for so long that its peers have dropped it too. */
  | 'gone';

/** What is heard of a server, or not. */
export type PresenceEvent = 'heard' | 'missed' | 'leaves' | 'ended';

/** Every transition. A server that restarts comes back under another id, so `gone` is final. */
export const PRESENCE: Readonly<Record<Presence, Readonly<Record<PresenceEvent, Presence>>>> = {
  present: { heard: 'present', missed: 'silent', leaves: 'leaving', ended: 'gone' },
  silent: { heard: 'present', missed: 'silent', leaves: 'leaving', ended: 'gone' },
  leaving: { heard: 'leaving', missed: 'leaving', leaves: 'leaving', ended: 'gone' },
  gone: { heard: 'gone', missed: 'gone', leaves: 'gone', ended: 'gone' },
};
