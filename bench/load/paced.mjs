/**
 * Asks at a fixed rate, whether the server keeps up or not. The time of an answer counts from the moment when its request
 * was due: what had to wait because others were late counts in full ("coordinated omission" is not left out).
 *
 *   node paced.mjs PORT FILE CONNECTIONS RATE
 *
 * FILE as in requests.mjs. A line on standard input begins a phase with that name, and is repeated on standard output; at
 * its end the program prints one line of JSON with the figures of each phase.
 */
import { createInterface } from 'node:readline';
import { Connection } from './connection.mjs';
import { anyOf, readRequests } from './requests.mjs';

const [port = '0', file = '', connections = '1', rate = '1000'] = process.argv.slice(2);
const requests = readRequests(file, Number(port));
const everyMs = 1000 / Number(rate);
const TICK_MS = 1;

/**
 * Times in milliseconds by phase, how many answers were something else than 200, and for how long this program itself was
 * held up at most: what came then is late by its own fault.
 */
const phases = new Map();
let phase = begin('start');

function begin(name) {
  const begun = phases.get(name) ?? { times: [], failures: 0, heldUp: 0 };
  phases.set(name, begun);
  return begun;
}

/** A connection that asks for one thing after the other, as they become due. */
class Lane {
  #dueAt = 0;
  #phase = phase;
  #connection = new Connection(Number(port), (status) => this.#answered(status));

  ask(dueAt) {
    this.#dueAt = dueAt;
    this.#phase = phase;
    this.#connection.ask(anyOf(requests));
  }

  #answered(status) {
    this.#phase.times.push(performance.now() - this.#dueAt);
    if (status !== 200) this.#phase.failures++;
    idle.push(this);
    askWhatIsDue();
  }
}

const idle = Array.from({ length: Number(connections) }, () => new Lane());
let nextDueAt = performance.now();

/** As far as connections are free; the rest is asked late, and that counts. */
function askWhatIsDue() {
  for (const now = performance.now(); nextDueAt <= now && idle.length > 0; nextDueAt += everyMs) {
    idle.pop()?.ask(nextDueAt);
  }
}

function figuresOf({ times, failures, heldUp }) {
  const sorted = Float64Array.from(times).sort();
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { requests: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1), failures, heldUp };
}

let tickedAt = performance.now();
setInterval(() => {
  const now = performance.now();
  phase.heldUp = Math.max(phase.heldUp, now - tickedAt - TICK_MS);
  tickedAt = now;
  askWhatIsDue();
}, TICK_MS);
const lines = createInterface({ input: process.stdin });
lines.on('line', (name) => {
  phase = begin(name);
  process.stdout.write(`${name}\n`);
});
lines.on('close', () => {
  const result = Object.fromEntries([...phases].map(([name, its]) => [name, figuresOf(its)]));
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit());
});
