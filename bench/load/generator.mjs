/**
 * A small load generator: keeps so many requests under way, one a connection, and counts the answers. It reads no more
 * of an answer than its status and where it ends.
 *
 *   node generator.mjs PORT FILE CONNECTIONS SECONDS keep|new
 *
 * FILE has one path a line. Ends with one line of JSON.
 */
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';

const [port = '0', file = '', connections = '1', seconds = '1', mode = 'keep'] = process.argv.slice(2);
const requests = readFileSync(file, 'utf8')
  .trimEnd()
  .split('\n')
  .map((path) =>
    Buffer.from(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${mode === 'new' ? 'Connection: close\r\n' : ''}\r\n`,
    ),
  );
const latencies = [];
let failures = 0;
const startedAt = performance.now();
const endsAt = startedAt + Number(seconds) * 1000;

/** How long the answer at the start of this data is in all; undefined while its head is incomplete. */
function answerLength(data) {
  const headEnd = data.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const head = data.toString('latin1', 0, headEnd);
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
  return headEnd + 4 + length;
}

/** One of the connections that are kept busy until the time is over. */
class Connection {
  #socket;
  #pending = Buffer.alloc(0);
  #askedAt = 0;

  ask() {
    if (performance.now() > endsAt) return this.#socket?.destroy();
    this.#askedAt = performance.now();
    this.#socket ??= this.#open();
    const request = requests[Math.floor(Math.random() * requests.length)];
    if (request !== undefined) this.#socket.write(request);
  }

  #open() {
    const socket = connect(Number(port), '127.0.0.1').setNoDelay();
    socket.on('data', (data) => this.#received(data));
    socket.on('error', () => failures++);
    socket.on('close', () => this.#closed(socket));
    return socket;
  }

  #received(data) {
    this.#pending = this.#pending.length === 0 ? data : Buffer.concat([this.#pending, data]);
    const length = answerLength(this.#pending);
    if (length === undefined || this.#pending.length < length) return;
    latencies.push(performance.now() - this.#askedAt);
    if (this.#pending.toString('latin1', 9, 12) !== '200') failures++;
    this.#pending = Buffer.alloc(0);
    if (mode === 'new') this.#leave();
    this.ask();
  }

  #leave() {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  /** The server ended a connection that was to be kept: ask again on another. */
  #closed(socket) {
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    this.#pending = Buffer.alloc(0);
    if (performance.now() < endsAt) this.ask();
  }
}

for (let i = 0; i < Number(connections); i++) new Connection().ask();
process.on('exit', () => {
  const sorted = latencies.toSorted((a, b) => a - b);
  const result = {
    requests: latencies.length,
    requestsPerSecond: latencies.length / Number(seconds),
    p50: sorted[Math.floor(sorted.length * 0.5)],
    p99: sorted[Math.floor(sorted.length * 0.99)],
    failures,
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
});
