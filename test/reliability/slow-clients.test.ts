import { expect, test } from 'vitest';
import { SLOW, withSlowClients } from './slow-clients.js';

/** What a cut may come late by, on a machine with other things to do: clients that are not cut go on for a day. */
const LATE_MS = 15_000;

test('H1: 200 clients with slow headers are cut in time, and GETs go on', async () => {
  const { slowestCutMs, statuses } = await withSlowClients(200, SLOW.headers, ['--read-timeout', '1s']);
  expect(statuses).toEqual(['HTTP/1.1 408']);
  expect(slowestCutMs).toBeLessThan(1_500 + LATE_MS);
});

test('H1: 200 clients with slow bodies are cut in time, and GETs go on', async () => {
  const args = ['--read-timeout', '1s', '--pushes-per-address', '0'];
  const { slowestCutMs, statuses } = await withSlowClients(200, SLOW.body, args);
  expect(statuses).toEqual(['HTTP/1.1 408']);
  expect(slowestCutMs).toBeLessThan(1_500 + LATE_MS);
});

test('H1: of 200 clients with slow bodies all but 64 are refused at once, and all are cut in time', async () => {
  const { slowestCutMs, statuses } = await withSlowClients(200, SLOW.body, ['--read-timeout', '1s']);
  expect(statuses).toEqual(['HTTP/1.1 408', 'HTTP/1.1 429']);
  expect(slowestCutMs).toBeLessThan(2_000 + LATE_MS);
});
