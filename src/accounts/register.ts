import type { TrustedAccount } from '../claims/jwt.js';
import type { Auditor } from './auditor.js';
import type { IssueHistory } from './issue-history.js';
import type { ChangeListener, Clock, Log, Meter, Origin } from './ports.js';
import { Published } from './published.js';
import type { Word } from './tie.js';

/** The accounts in force: what is served, what was, and who has to hear of a change. */
export class Register {
  readonly published = new Published();
  readonly #listeners: ChangeListener[] = [];
  /** While the store is read for the first time, thousands of accounts are published: one line sums them up. */
  announcing = false;

  constructor(
    readonly history: IssueHistory,
    private readonly auditor: Auditor,
    private readonly log: Log,
    private readonly meter: Meter,
    private readonly clock: Clock,
  ) {}

  /** From now on this listener hears every change. */
  listen(listener: ChangeListener): void {
    this.#listeners.push(listener);
  }

  /** Runs what publishes accounts that stood there already when the service began. */
  quietly(work: () => void): void {
    const { announcing } = this;
    this.announcing = false;
    work();
    this.announcing = announcing;
  }

  /** Puts an account in force; does nothing when this very token is. */
  publish(account: TrustedAccount, origin: Origin): 'created' | 'replaced' | 'unchanged' {
    const current = this.published.peek(account.accountKey)?.account;
    if (current?.text === account.text) return 'unchanged';
    if (origin.kind === 'directory') this.#auditDirectory(account, current, origin);
    const word = wordOf(origin);
    this.published.put(account, word, this.clock.now());
    this.history.entered(account, current, word);
    const change = current === undefined ? 'created' : 'replaced';
    this.meter.admission(change, origin.kind);
    this.#announce(account, change, origin);
    for (const listener of this.#listeners) listener.published({ account, previous: current, origin });
    return change;
  }

  /** Takes an account out of force. */
  withdraw(accountKey: string, reason: string): void {
    const current = this.published.peek(accountKey)?.account;
    if (current === undefined) return;
    this.published.remove(accountKey);
    this.auditor.withdrawn(current, reason);
    this.log.info({ account: accountKey, accountName: current.name, reason }, 'account no longer served');
    for (const listener of this.#listeners) listener.withdrawn(current, reason);
  }

  #announce(account: TrustedAccount, change: 'created' | 'replaced', origin: Origin): void {
    const { accountKey, name, issuedAtSeconds: iat } = account;
    const write = this.announcing ? this.log.info : this.log.debug;
    write.call(this.log, { account: accountKey, accountName: name, iat, origin }, `account ${change}`);
  }

  /** What stands there already when the service begins is no decision, unless it changed since the service ended. */
  #auditDirectory(account: TrustedAccount, current: TrustedAccount | undefined, origin: Origin): void {
    const last = this.history.lastIssuedAt(account.accountKey);
    const wentBack = account.issuedAtSeconds < last;
    if (wentBack) this.#warnOfRollback(account, origin, last);
    const changed = this.announcing || (last !== 0 && last !== account.issuedAtSeconds);
    if (changed) this.auditor.obeyed({ origin, account, current }, wentBack ? 'rollback' : undefined);
  }

  /** A directory may go back in time (a checkout, a restored backup): obeyed, but never in silence. */
  #warnOfRollback(account: TrustedAccount, origin: Origin, newest: number): void {
    this.meter.rollback();
    this.log.warn(
      {
        account: account.accountKey,
        accountName: account.name,
        iat: account.issuedAtSeconds,
        newest,
        origin,
      },
      'account went back to an older token; users revoked since then are let in again',
    );
  }
}

/** What went to the nats-servers another account server stands for; everything else is said to this one. */
export function wordOf(origin: Origin): Word {
  return isFollowed(origin) ? 'followed' : 'own';
}

/** Whether a text comes from another account server, or from somebody who acts like one. */
export function isFollowed(origin: Origin): boolean {
  return origin.kind === 'update' && origin.sentToServers === true;
}
