import { once } from 'node:events';
import http from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { type MintedAccount, mintAccount, nowSeconds } from '../support/mint.js';
import type { Service } from '../support/service.js';
import type { NatsWorld } from './nats-world.js';

const TICK_MS = 20;
const GETS_PER_TICK = 10;
const POST_EVERY_TICKS = 10;
const CHANGE_EVERY_TICKS = 100;
/** One in so many GETs comes on a connection of its own, as those of nats-servers do that fetch many at once. */
const NEW_CONNECTION_EVERY = 10;

/** 500 GETs and 5 POSTs a second, and every two seconds an account more or fewer in the directory. */
export class SteadyLoad {
  gets = 0;
  posts = 0;
  changes = 0;
  /** What was answered wrongly. */
  readonly faults: string[] = [];
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: 32 });
  readonly #startIat = nowSeconds() - 9_000;

  constructor(
    private readonly service: Service,
    private readonly world: NatsWorld,
  ) {}

  /** Goes on for as long as it is told, and resolves when everything is answered. */
  async run(goOn: () => boolean): Promise<void> {
    const underWay = new Set<Promise<void>>();
    const begin = (work: Promise<void>): void => {
      const settled = work.catch((error: unknown) => void this.faults.push(String(error)));
      underWay.add(settled);
      void settled.then(() => underWay.delete(settled));
    };
    let due = performance.now();
    for (let tick = 0; goOn(); tick++) {
      for (let i = 0; i < GETS_PER_TICK; i++) begin(this.#get());
      if (tick % POST_EVERY_TICKS === 0) begin(this.#post());
      if (tick % CHANGE_EVERY_TICKS === 0) this.#comeOrGo();
      due += TICK_MS;
      await delay(Math.max(0, due - performance.now()));
    }
    await Promise.all(underWay);
    this.#agent.destroy();
  }

  async #get(): Promise<void> {
    const { key } = this.#account(this.gets);
    const own = this.gets++ % NEW_CONNECTION_EVERY === 0;
    const { status, length } = await this.#ask(key, { agent: own ? false : this.#agent });
    if (status !== 200 || length < 100) this.faults.push(`GET ${key}: ${status}, ${length} bytes`);
  }

  async #post(): Promise<void> {
    const turn = this.posts++;
    const { identity, key } = this.#account(turn);
    const name = this.world.names[turn % this.world.names.length] ?? '';
    const iat = this.#startIat + Math.floor(turn / this.world.names.length);
    const { jwt } = mintAccount(this.world.operator, {
      name,
      identity,
      iat,
      nats: { description: `push ${turn}` },
    });
    const { status } = await this.#ask(key, { agent: this.#agent, method: 'POST' }, jwt);
    if (status !== 200) this.faults.push(`POST ${key}: ${status}`);
  }

  #comeOrGo(): void {
    const name = `guest-${Math.floor(this.changes / 2) % 10}`;
    if (this.changes++ % 2 === 0) this.world.tree.add(name);
    else this.world.tree.remove(name);
  }

  #account(turn: number): MintedAccount {
    return this.world.tree.get(this.world.names[turn % this.world.names.length] ?? '');
  }

  async #ask(
    key: string,
    options: http.RequestOptions,
    body?: string,
  ): Promise<{ status: number | undefined; length: number }> {
    const request = http.request(`${this.service.url}/jwt/v1/accounts/${key}`, options);
    request.end(body);
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    let length = 0;
    for await (const chunk of response) length += (chunk as Buffer).length;
    return { status: response.statusCode, length };
  }
}
