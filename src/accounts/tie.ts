/** Whose word put a text in force: one's own (a push here, the directory) or another account server's. */
export type Word = 'own' | 'followed';

/** What is in force when another account server sends a text of the same second. */
export interface InForce {
  readonly text: string;
  readonly word: Word;
  readonly forMs: number;
  /** How long ago both were issued. */
  readonly issuedAgoMs: number;
}

/** Tokens are pushed as soon as they are issued; one that is sent to servers later is most likely an old one, replayed. */
export const REPLAY_MS = 6_000;

/** Longer than two account servers need to hear of each other's changes. */
export const CROSSING_MS = 2_000;

/**
 * Which of two texts of one second stays when another account server has sent the other one to the nats-servers. `iat`
 * tells nothing then, and tokens carry no order of their own.
 *
 * - What was followed goes on being followed: the other server leads this account, and the last thing that it says
 *   counts, as it does for nats-servers.
 * - An own text stays when the second is long past: nobody edits then what was issued in it.
 * - An own text that has been in force for a while gives way otherwise: whoever sends another one now has heard of it, and says
 *   something later. (Had that text been in force here before, it would have been refused already.)
 * - An own text that is new may have crossed the other one on its way. Both sides then have to decide alike without
 *   another word, so the greater text stays.
 *
 * Two own texts in a row that were pushed to two servers within {@link CROSSING_MS} can make the earlier, greater one
 * stay on its server at first, while the later server refuses it: it is put right when the later text is sent again,
 * which a server does that finds nats-servers running another one. Only the same texts pushed in one order here and in
 * the other there cannot be agreed on: neither server takes back what it was told to replace.
 */
export function staysInForce(current: InForce, theirs: string): boolean {
  if (current.word === 'followed') return false;
  if (current.issuedAgoMs > REPLAY_MS) return true;
  if (current.forMs > CROSSING_MS) return false;
  return current.text > theirs;
}
