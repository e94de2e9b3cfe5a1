import { expect, test } from 'vitest';
import { report } from './report.js';
import { SLOW, type SlowClients, withSlowClients } from './slow-clients.js';

/** What a cut may come late by, on a machine with other things to do: clients that are not cut go on for a day. */
const LATE_MS = 15_000;

function judge(what: string, clients: SlowClients, withinMs: number): void {
  const cut = `all cut within ${(clients.slowestCutMs / 1_000).toFixed(1)} s`;
  report('H1', `1,000 ${what}: ${cut}; ${clients.gets} GETs, p99 ${clients.getP99Ms.toFixed(1)} ms`);
  expect(clients.statuses).toEqual(['HTTP/1.1 408']);
  expect(clients.slowestCutMs).toBeLessThan(withinMs + LATE_MS);
}

test('H1: 1,000 clients with slow headers are cut within 6 s, and GETs go on', async () => {
  judge('slow headers', await withSlowClients(1_000, SLOW.headers), 6_000);
});

test('H1: 1,000 clients with slow bodies are cut within 11 s, and GETs go on', async () => {
  judge('slow bodies', await withSlowClients(1_000, SLOW.body, ['--pushes-per-address', '0']), 11_000);
});
