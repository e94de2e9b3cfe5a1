import { ACKNOWLEDGED, type Acknowledged, EFFECT, type Effect } from './states.js';

/** One server × one account. Versions count publications of the account, times are Unix seconds; 0: never. */
export interface Cell {
  readonly acknowledged: Acknowledged;
  readonly acknowledgedVersion: number;
  readonly acknowledgedAtSeconds: number;
  readonly effect: Effect;
  readonly effectVersion: number;
  readonly effectAtSeconds: number;
}

const ACKNOWLEDGED_CODE = codes(ACKNOWLEDGED);
const EFFECT_CODE = codes(EFFECT);
const { applied: APPLIED, failed: FAILED } = ACKNOWLEDGED_CODE;
const FIRST_CAPACITY = 64;

/**
 * One server's side of the grid: a cell per account, indexed by account number. Flat arrays, 18 bytes a cell, since 500
 * servers × 10,000 accounts are five million cells; a server that goes takes its column along.
 */
export class Column {
  #acknowledged = new Uint8Array(FIRST_CAPACITY);
  #acknowledgedVersion = new Uint32Array(FIRST_CAPACITY);
  #acknowledgedAt = new Uint32Array(FIRST_CAPACITY);
  #effect = new Uint8Array(FIRST_CAPACITY);
  #effectVersion = new Uint32Array(FIRST_CAPACITY);
  #effectAt = new Uint32Array(FIRST_CAPACITY);

  /** The cell of an account; a blank one when nothing is known. */
  cell(account: number): Cell {
    return {
      acknowledged: ACKNOWLEDGED[this.#acknowledged[account] ?? 0] ?? 'none',
      acknowledgedVersion: this.#acknowledgedVersion[account] ?? 0,
      acknowledgedAtSeconds: this.#acknowledgedAt[account] ?? 0,
      effect: this.effect(account),
      effectVersion: this.effectVersion(account),
      effectAtSeconds: this.effectAtSeconds(account),
    };
  }

  effect(account: number): Effect {
    return EFFECT[this.#effect[account] ?? 0] ?? 'unknown';
  }

  effectVersion(account: number): number {
    return this.#effectVersion[account] ?? 0;
  }

  effectAtSeconds(account: number): number {
    return this.#effectAt[account] ?? 0;
  }

  /** Whether the server refused this version. */
  refused(account: number, version: number): boolean {
    return this.#acknowledged[account] === FAILED && this.#acknowledgedVersion[account] === version;
  }

  /** Whether the server said that it took this version. */
  applied(account: number, version: number): boolean {
    return this.#acknowledged[account] === APPLIED && this.#acknowledgedVersion[account] === version;
  }

  acknowledge(account: number, answer: Acknowledged, version: number, atMs: number): void {
    this.#reserve(account);
    this.#acknowledged[account] = ACKNOWLEDGED_CODE[answer];
    this.#acknowledgedVersion[account] = version;
    this.#acknowledgedAt[account] = atMs / 1000;
  }

  prove(account: number, effect: Effect, version: number, atMs: number): void {
    this.#reserve(account);
    this.#effect[account] = EFFECT_CODE[effect];
    this.#effectVersion[account] = version;
    this.#effectAt[account] = atMs / 1000;
  }

  #reserve(account: number): void {
    const has = this.#effect.length;
    if (account < has) return;
    const size = Math.max(account + 1, Math.ceil(has * 1.5));
    this.#acknowledged = copied(this.#acknowledged, new Uint8Array(size));
    this.#acknowledgedVersion = copied(this.#acknowledgedVersion, new Uint32Array(size));
    this.#acknowledgedAt = copied(this.#acknowledgedAt, new Uint32Array(size));
    this.#effect = copied(this.#effect, new Uint8Array(size));
    this.#effectVersion = copied(this.#effectVersion, new Uint32Array(size));
    this.#effectAt = copied(this.#effectAt, new Uint32Array(size));
  }
}

function copied<A extends Uint8Array | Uint32Array>(old: A, larger: A): A {
  larger.set(old);
  return larger;
}

function codes<T extends string>(names: readonly T[]): Readonly<Record<T, number>> {
  // Object.fromEntries forgets the literal names, which are exactly T.
  return Object.fromEntries(names.map((name, index) => [name, index])) as Record<T, number>;
}
