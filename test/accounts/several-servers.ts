import { type AccountsBench, buildAccounts } from '../support/accounts.js';
import type { MintedAccount, MintedOperator } from '../support/mint.js';

/** A text on its way. */
interface Message {
  readonly from: number;
  /** An account server, or the nats-servers. */
  readonly to: number | 'servers';
  readonly text: string;
}

/** Several account servers around one fleet of nats-servers, and the messages between them. */
export class SeveralServers {
  #onTheirWay: Message[] = [];
  /** What the nats-servers run: whatever they heard last. */
  #run: string | undefined;
  #nowMs: number;

  private constructor(
    private readonly benches: readonly AccountsBench[],
    private readonly account: string,
    startMs: number,
  ) {
    this.#nowMs = startMs;
    for (const [index, { accounts }] of benches.entries()) {
      accounts.listen({
        published: ({ account: { text }, origin }) => {
          if (origin.kind !== 'update') this.#send(index, text);
        },
        withdrawn: () => undefined,
      });
    }
    this.pass(0);
  }

  /** @param count how many account servers */
  static async start(count: number, operator: MintedOperator, account: string, startMs: number) {
    const benches: AccountsBench[] = [];
    for (let i = 0; i < count; i++) benches.push(await buildAccounts(operator));
    return new SeveralServers(benches, account, startMs);
  }

  /** What each account server serves, and what the nats-servers run. */
  get texts(): readonly (string | undefined)[] {
    return [...this.benches.map((bench) => bench.served(this.account)), this.#run];
  }

  /** Lets time pass. */
  pass(ms: number): void {
    this.#nowMs += ms;
    for (const { clock } of this.benches) clock.nowMs = this.#nowMs;
  }

  async push(server: number, { jwt }: MintedAccount): Promise<void> {
    await this.benches[server % this.benches.length]?.push(jwt);
  }

  /** Delivers one message; those of one sender to one receiver keep their order, as with NATS. */
  async deliver(pick: number): Promise<void> {
    const chosen = this.#onTheirWay[pick % this.#onTheirWay.length];
    const first = this.#onTheirWay.find(({ from, to }) => from === chosen?.from && to === chosen.to);
    if (first === undefined) return;
    this.#onTheirWay = this.#onTheirWay.filter((message) => message !== first);
    if (first.to === 'servers') this.#run = first.text;
    else await this.#admit(first.to, first.text);
  }

  async deliverAll(picks: () => number): Promise<void> {
    while (this.#onTheirWay.length > 0) await this.deliver(picks());
  }

  /** What an account server does that finds the nats-servers running something else. */
  repair(server: number): void {
    const own = this.benches[server]?.served(this.account);
    if (own !== undefined && own !== this.#run) this.#send(server, own);
  }

  /** Time passes, messages arrive, servers are looked at, until all agree; answers whether they do. */
  async settle(picks: () => number): Promise<boolean> {
    for (let round = 0; round < 40; round++) {
      await this.deliverAll(picks);
      if (new Set(this.texts).size === 1) return true;
      this.pass(80);
      const first = picks();
      for (const index of this.benches.keys()) this.repair((index + first) % this.benches.length);
    }
    return false;
  }

  #send(from: number, text: string): void {
    for (const to of this.benches.keys()) if (to !== from) this.#onTheirWay.push({ from, to, text });
    this.#onTheirWay.push({ from, to: 'servers', text });
  }

  async #admit(to: number, text: string): Promise<void> {
    const origin = { kind: 'update', sentToServers: true } as const;
    await this.benches[to]?.accounts.admit({ bytes: Buffer.from(text), origin });
  }
}
