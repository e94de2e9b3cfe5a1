import type { FleetWire } from '../../src/fleet/ports.js';

/** Passes requests on to a wire, and takes note of how many there are and how long they take together. */
export class CountedWire implements FleetWire {
  /** Requests that ask who is there, what is loaded, and what is run; and notices. */
  readonly requests = { discover: 0, list: 0, compare: 0, notice: 0 };
  #underWay = 0;
  #beganAtMs = 0;
  #endedAtMs = 0;

  constructor(private readonly wire: FleetWire) {}

  get total(): number {
    return Object.values(this.requests).reduce((sum, count) => sum + count, 0);
  }

  /** From the first request since {@link reset} to the last answer. */
  get tookMs(): number {
    return this.#endedAtMs - this.#beganAtMs;
  }

  /** For how long nothing has been asked; 0 while something is, or before the first request. */
  get quietMs(): number {
    return this.total === 0 || this.#underWay > 0 ? 0 : performance.now() - this.#endedAtMs;
  }

  reset(): void {
    Object.assign(this.requests, { discover: 0, list: 0, compare: 0, notice: 0 });
  }

  connected = (): boolean => this.wire.connected();
  listen: FleetWire['listen'] = (listener) => this.wire.listen(listener);
  discover: FleetWire['discover'] = () => this.#count('discover', () => this.wire.discover());
  update: FleetWire['update'] = (...args) => this.#count('notice', () => this.wire.update(...args));
  loadedAccounts: FleetWire['loadedAccounts'] = (id) =>
    this.#count('list', () => this.wire.loadedAccounts(id));
  loadedJwt: FleetWire['loadedJwt'] = (...args) => this.#count('compare', () => this.wire.loadedJwt(...args));

  async #count<T>(kind: keyof CountedWire['requests'], ask: () => Promise<T>): Promise<T> {
    if (this.total === 0) this.#beganAtMs = performance.now();
    this.requests[kind]++;
    this.#underWay++;
    try {
      return await ask();
    } finally {
      this.#underWay--;
      this.#endedAtMs = performance.now();
    }
  }
}
