import { Accounts } from '../../src/accounts/accounts.js';
import type { AuditTrail } from '../../src/accounts/audit.js';
import type { Ledger } from '../../src/accounts/ledger.js';
import type { Candidate, Log, Meter, Origin, Publication } from '../../src/accounts/ports.js';
import type { RollbackRule } from '../../src/accounts/rollback.js';
import type { TrustedAccount } from '../../src/claims/jwt.js';
import { HandStore } from './hand-store.js';
import { type MintedOperator, mintOperator } from './mint.js';

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly facts: Record<string, unknown>;
  readonly message: string;
}

/** A log that keeps its lines for the test to look at. */
export class KeptLog implements Log {
  readonly lines: LogLine[] = [];
  debug = this.#keep('debug');
  info = this.#keep('info');
  warn = this.#keep('warn');
  error = this.#keep('error');

  /** The messages of one level, in order. */
  messages(level: LogLine['level']): string[] {
    return this.lines.filter((line) => line.level === level).map((line) => line.message);
  }

  #keep(level: LogLine['level']): (facts: object, message: string) => void {
    return (facts, message) => this.lines.push({ level, facts: { ...facts }, message });
  }
}

/** Counts admissions as `origin:outcome`. */
export class KeptMeter implements Meter {
  readonly admissions: string[] = [];
  rollbacks = 0;
  sweeps = 0;

  admission(outcome: string, origin: Origin['kind']): void {
    this.admissions.push(`${origin}:${outcome}`);
  }
  rollback(): void {
    this.rollbacks++;
  }
  sweep(): void {
    this.sweeps++;
  }
}

export interface AccountsBench {
  readonly accounts: Accounts;
  readonly store: HandStore;
  readonly operator: MintedOperator;
  readonly log: KeptLog;
  readonly meter: KeptMeter;
  readonly clock: { now(): number; nowMs: number };
  /** Every publication (`published`) and withdrawal, in order. */
  readonly changes: (Publication | { readonly withdrawn: TrustedAccount; readonly reason: string })[];
  push(jwt: string, more?: Partial<Candidate>): ReturnType<Accounts['admit']>;
  /** The text that is served for a key. */
  served(key: string): string | undefined;
}

/** What a bench can be given instead of new ones. */
export interface AccountsChoices {
  /** One that is filled already, as a directory is when a process starts. */
  readonly store?: HandStore;
  readonly ledger?: Ledger;
  readonly audit?: AuditTrail;
  readonly rollback?: RollbackRule;
  readonly judgedAtOnce?: number;
}

/** The accounts room over a hand-fed store, started, with an operator in force. */
export async function buildAccounts(
  operator: MintedOperator = mintOperator(),
  { store = new HandStore(), ...choices }: AccountsChoices = {},
): Promise<AccountsBench> {
  const log = new KeptLog();
  const meter = new KeptMeter();
  const clock = { nowMs: Date.now(), now: () => clock.nowMs };
  const accounts = new Accounts({ store, log, meter, clock, ...choices });
  const changes: AccountsBench['changes'] = [];
  accounts.listen({
    published: (publication) => changes.push(publication),
    withdrawn: (withdrawn, reason) => changes.push({ withdrawn, reason }),
  });
  accounts.intake.operatorRead('operator.jwt', Buffer.from(operator.jwt));
  await accounts.start();
  return {
    accounts,
    store,
    operator,
    log,
    meter,
    clock,
    changes,
    push: (jwt, more) => accounts.admit({ bytes: Buffer.from(jwt), origin: { kind: 'push' }, ...more }),
    served: (key) => accounts.published.get(key)?.account.text,
  };
}
