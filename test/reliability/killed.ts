import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { ask } from '../http/support.js';
import { type MintedAccount, type MintedOperator, mintAccount, nowSeconds } from '../support/mint.js';
import { type Service, startService } from '../support/service.js';

/** What one account was pushed, and what became of it. */
interface Pushed {
  readonly first: MintedAccount;
  /** The texts sent, by `iat`. */
  readonly sent: Map<number, string>;
  /** The `iat` of the newest that was answered 200; 0 for none. */
  acknowledged: number;
}

/** What a run has shown. */
export interface KillRun {
  readonly posts: number;
  readonly acknowledged: number;
  readonly kills: number;
  /** The longest that a start took, in milliseconds. */
  readonly slowestStartMs: number;
}

/** How much of it. */
export interface KillChoices {
  readonly operator: MintedOperator;
  /** Arguments that name the store. */
  readonly args: readonly string[];
  readonly posts: number;
  readonly kills: number;
}

const PUSHERS = 4;
const ACCOUNTS_EACH = 3;

/**
 * Pushes newer and newer tokens to a service in parallel, kills it with SIGKILL at random moments, starts it again on the same
 * directory, and expects after every start what was acknowledged, or something newer that was sent, whole.
 */
export async function pushAndKill(choices: KillChoices): Promise<KillRun> {
  return new KillScene(choices, await startService(choices.args)).run();
}

class KillScene {
  readonly #accounts: Pushed[];
  readonly #startIat = nowSeconds() - 100_000;
  #posts = 0;
  #acknowledged = 0;
  #slowestStartMs: number;
  /** Resolves when the service is up. */
  #up: Promise<void> = Promise.resolve();

  constructor(
    private readonly choices: KillChoices,
    private service: Service,
  ) {
    this.#slowestStartMs = service.readyMs;
    const { operator } = choices;
    this.#accounts = Array.from({ length: PUSHERS * ACCOUNTS_EACH }, (_, index) => ({
      first: mintAccount(operator, { name: `account-${index}`, iat: this.#startIat }),
      sent: new Map(),
      acknowledged: 0,
    }));
  }

  async run(): Promise<KillRun> {
    const pushers = Array.from({ length: PUSHERS }, (_, index) => this.#push(index));
    await Promise.all([this.#killAgainAndAgain(), ...pushers]);
    await this.#expectNothingLost();
    const { kills } = this.choices;
    return {
      posts: this.#posts,
      acknowledged: this.#acknowledged,
      kills,
      slowestStartMs: this.#slowestStartMs,
    };
  }

  /** One pusher: its accounts in turn, each with a newer token every time. */
  async #push(pusher: number): Promise<void> {
    const own = this.#accounts.filter((_, index) => index % PUSHERS === pusher);
    for (let turn = 0; this.#posts < this.choices.posts; turn++) {
      const account = own[turn % own.length];
      if (account === undefined) return;
      await this.#up;
      await this.#pushOne(account, this.#startIat + 1 + this.#posts++);
    }
  }

  async #pushOne(account: Pushed, iat: number): Promise<void> {
    const { identity, key } = account.first;
    const name = `account-${this.#accounts.indexOf(account)}`;
    const body = mintAccount(this.choices.operator, { identity, name, iat }).jwt;
    account.sent.set(iat, body);
    const path = `/jwt/v1/accounts/${key}`;
    const answer = await ask(this.service.url, path, { method: 'POST', body }).catch(() => undefined);
    // Killed before it answered: the token may be there or not.
    if (answer === undefined) return;
    expect(answer, `push of ${key}`).toMatchObject({ status: 200 });
    account.acknowledged = iat;
    this.#acknowledged++;
  }

  async #killAgainAndAgain(): Promise<void> {
    const { posts, kills } = this.choices;
    for (let kill = 1; kill <= kills; kill++) {
      await this.#untilPosted(((kill - Math.random() * 0.8) * posts) / (kills + 1));
      await delay(Math.random() * 5);
      await this.#killAndStart();
    }
  }

  async #untilPosted(count: number): Promise<void> {
    while (this.#posts < count) await delay(1);
  }

  async #killAndStart(): Promise<void> {
    let isUp = (): void => {};
    this.#up = new Promise((resolve) => {
      isUp = resolve;
    });
    const { port, exit } = this.service;
    this.service.kill('SIGKILL');
    expect(await exit).toEqual({ code: null, signal: 'SIGKILL' });
    this.service = await startService(this.choices.args, { port });
    this.#slowestStartMs = Math.max(this.#slowestStartMs, this.service.readyMs);
    await this.#expectNothingLost();
    isUp();
  }

  async #expectNothingLost(): Promise<void> {
    expect(await ask(this.service.url, '/readyz')).toMatchObject({ status: 200 });
    for (const { first, sent, acknowledged } of this.#accounts) {
      const { status, body } = await ask(this.service.url, `/jwt/v1/accounts/${first.key}`);
      const [iat] = [...sent].find(([, text]) => text === body) ?? [];
      if (status === 404) expect(acknowledged, `acknowledged, and gone: ${first.key}`).toBe(0);
      else expect(iat, `not what was sent, whole: ${status} ${body}`).toBeGreaterThanOrEqual(acknowledged);
    }
  }
}
