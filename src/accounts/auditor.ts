import type { TrustedAccount } from '../claims/jwt.js';
import { type AuditEntry, type AuditTrail, audited } from './audit.js';
import type { Refusal } from './errors.js';
import type { Clock, Origin } from './ports.js';
import { Repetitions } from './repetitions.js';

/** In a JWT directory a name can be as long as a token. */
const MOST_NAME = 256;
/** Reasons quote what stands in tokens. */
const MOST_RULE = 1_024;

/** What a decision was about. */
export interface Matter {
  readonly origin: Origin;
  readonly account: TrustedAccount | undefined;
  readonly current: TrustedAccount | undefined;
}

/**
 * Has every decision kept. What changes anything is kept before it is done, and what then could not be done is kept as
 * failed: so nothing happens that is not on record. What anybody may repeat without a right to it (refusals, tokens that
 * are in force already) is kept once a minute, with the number of repetitions.
 */
export class Auditor {
  readonly #repetitions = new Repetitions<AuditEntry>();

  /** @param trail undefined: nothing is kept */
  constructor(
    private readonly trail: AuditTrail | undefined,
    private readonly clock: Clock,
  ) {}

  /** What is wrong with the trail. */
  get problem(): string | undefined {
    return this.trail?.problem;
  }

  /**
   * A token is about to come into force.
   * @throws AccountsError `audit.unavailable`
   */
  async entering(matter: Matter): Promise<void> {
    await this.#keep(matter, changeOf(matter));
  }

  /**
   * An account is about to be deleted, as a key of the operator asked.
   * @throws AccountsError `audit.unavailable`
   */
  async deleting(current: TrustedAccount, origin: Origin, issuer: string): Promise<void> {
    await this.#keep({ origin, account: undefined, current }, 'deleted', `asked by ${issuer}`);
  }

  /** What was decided before could not be done. */
  failed(matter: Matter, why: string): void {
    this.trail?.note(entryOf(matter, 'failed', why));
  }

  /**
   * A token is in force already.
   * @throws AccountsError `audit.unavailable`
   */
  async unchanged(account: TrustedAccount, origin: Origin): Promise<void> {
    if (this.trail === undefined) return;
    this.#noteOnce(entryOf({ origin, account, current: account }, 'unchanged', undefined));
    await this.trail.durable();
  }

  /** A text was refused. Never rejects: there is nothing more to refuse. */
  async refused(matter: Matter, { code }: Refusal): Promise<void> {
    if (this.trail === undefined) return;
    this.#noteOnce(entryOf(matter, 'refused', code));
    await this.trail.durable().catch(() => undefined);
  }

  /** A directory has put a token in force; `rule` says what is special about it. */
  obeyed(matter: Matter, rule?: 'rollback'): void {
    this.trail?.note(entryOf(matter, changeOf(matter), rule));
  }

  /** A directory's token was not obeyed. */
  refusedSlot(matter: Matter, { code }: Refusal): void {
    if (this.trail !== undefined) this.#noteOnce(entryOf(matter, 'refused', code));
  }

  /** An account is no longer served. */
  withdrawn(current: TrustedAccount, reason: string): void {
    const origin: Origin = { kind: 'directory', slot: '' };
    this.trail?.note(entryOf({ origin, account: undefined, current }, 'withdrawn', reason));
  }

  /** Tells what was repeated and not told yet, and ends the trail. */
  async close(): Promise<void> {
    this.#repetitions.end((entry, repeated) => this.trail?.note({ ...entry, repeated }));
    await this.trail?.close();
  }

  async #keep(matter: Matter, outcome: AuditEntry['outcome'], rule?: string): Promise<void> {
    if (this.trail === undefined) return;
    this.trail.note(entryOf(matter, outcome, rule));
    await this.trail.durable();
  }

  #noteOnce(entry: AuditEntry): void {
    const { origin, account, new: token, outcome, rule } = entry;
    const from = origin.kind === 'push' ? origin.remoteAddress : origin.kind;
    const key = [outcome, rule, from, account, token?.hash].join(' ');
    this.#repetitions.happened(key, entry, this.clock.now(), (told, repeated) =>
      this.trail?.note(repeated === 0 ? told : { ...told, repeated }),
    );
  }
}

function changeOf({ account, current }: Matter): 'created' | 'replaced' | 'unchanged' {
  if (current === undefined) return 'created';
  return current.text === account?.text ? 'unchanged' : 'replaced';
}

function entryOf(
  { origin, account, current }: Matter,
  outcome: AuditEntry['outcome'],
  rule: string | undefined,
): AuditEntry {
  const about = account ?? current;
  return {
    account: about?.accountKey,
    name: about?.name.slice(0, MOST_NAME),
    origin,
    old: current && audited(current),
    new: account && audited(account),
    outcome,
    rule: rule?.slice(0, MOST_RULE),
  };
}
