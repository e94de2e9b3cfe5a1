/**
 * A small load generator: keeps so many requests under way, one a connection, and counts the answers.
 *
 *   node generator.mjs PORT FILE CONNECTIONS SECONDS keep|new
 *
 * FILE as in requests.mjs. Ends with one line of JSON.
 */
import { Connection } from './connection.mjs';
import { anyOf, readRequests } from './requests.mjs';

const [port = '0', file = '', connections = '1', seconds = '1', mode = 'keep'] = process.argv.slice(2);
const requests = readRequests(file, Number(port), mode === 'new' ? ['Connection: close'] : []);
const times = [];
let failures = 0;
let refusals = 0;
const endsAt = performance.now() + Number(seconds) * 1000;

/** Keeps one connection, or one connection after the other, busy until the time is over. */
function keepBusy() {
  let askedAt = 0;
  const connection = new Connection(Number(port), (status) => {
    times.push(performance.now() - askedAt);
    if (status === 0) failures++;
    if (status >= 400) refusals++;
    if (mode === 'new') connection.close();
    ask();
  });
  const ask = () => {
    askedAt = performance.now();
    if (askedAt > endsAt) connection.close();
    else connection.ask(anyOf(requests));
  };
  ask();
}

for (let i = 0; i < Number(connections); i++) keepBusy();
process.on('exit', () => {
  const sorted = Float64Array.from(times).sort();
  const result = {
    requests: sorted.length,
    requestsPerSecond: sorted.length / Number(seconds),
    p50: sorted[Math.floor(sorted.length * 0.5)],
    p99: sorted[Math.floor(sorted.length * 0.99)],
    failures,
    refusals,
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
});
