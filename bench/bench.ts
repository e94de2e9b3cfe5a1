import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../test/support/free-ports.js';
import { type Accounts, makeAccounts } from './accounts/directories.js';
import type { Plan } from './plan.js';
import type { Profile } from './profile.js';
import { type Contender, isPresent, SERVICE, SERVICE_DIR } from './server/contenders.js';
import { type RunningServer, startCommand } from './server/process.js';
import { untilSettled } from './server/settled.js';

/** What a question may set for the server it starts. */
export interface ServeChoices {
  /** Arguments for this project's program. */
  readonly more?: readonly string[];
  /** Where it remembers things; a new directory unless given. */
  readonly stateDir?: string;
}

/** What questions need: the plan, directories full of accounts, and servers. */
export class Bench {
  readonly #accounts: Map<number, Accounts>;

  constructor(
    readonly plan: Plan,
    private readonly report: (progress: string) => void,
    /** Where the time of this project's server goes, if that is the question. */
    readonly profile?: Profile,
    accounts = new Map<number, Accounts>(),
  ) {
    this.#accounts = accounts;
  }

  /** The same directories with another plan, to profile this project's server alone. */
  profiled(plan: Plan, profile: Profile): Bench {
    return new Bench(plan, this.report, profile, this.#accounts);
  }

  /** Says what is being done, to whoever looks on. */
  say(progress: string): void {
    this.report(progress);
  }

  /** So many accounts on disk: made when they are first needed, shared by all questions. */
  accounts(count: number): Accounts {
    const known = this.#accounts.get(count);
    if (known !== undefined) return known;
    this.say(`making ${count.toLocaleString('en')} accounts`);
    const made = makeAccounts(count);
    this.#accounts.set(count, made);
    return made;
  }

  /** Those that can be run here, and are to be. */
  present(...contenders: readonly Contender[]): readonly Contender[] {
    const isOurs = (contender: Contender) => contender === SERVICE || contender === SERVICE_DIR;
    return contenders.filter((contender) => (this.profile === undefined ? isPresent : isOurs)(contender));
  }

  /** Starts a contender on a free port, and waits until it answers. */
  async start(contender: Contender, accounts: Accounts, choices: ServeChoices = {}): Promise<RunningServer> {
    const port = await freePort();
    const stateDir = choices.stateDir ?? mkdtempSync(join(accounts.root, 'state-'));
    const nodeFlags = this.profile?.nodeFlags ?? [];
    const command = contender.command(accounts, { ...choices, nodeFlags, port, stateDir });
    return startCommand(contender.name, command, port);
  }

  /** Waits until a server is through with all that its start brings: what it does from then on is measured. */
  async settle(server: RunningServer): Promise<void> {
    await untilSettled(server);
    this.profile?.startHere();
  }

  /** Does something with a contender that is through with its start, and stops it. */
  async serve<T>(
    contender: Contender,
    accounts: Accounts,
    use: (server: RunningServer) => Promise<T>,
    choices: ServeChoices = {},
  ): Promise<T> {
    const server = await this.start(contender, accounts, choices);
    try {
      await this.settle(server);
      return await use(server);
    } finally {
      await server.stop();
    }
  }

  /** Removes all directories. */
  close(): void {
    for (const accounts of this.#accounts.values()) accounts.remove();
    this.#accounts.clear();
  }
}
