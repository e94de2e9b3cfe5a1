import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { atEnd } from '../support/clean-up.js';
import { linked } from './linked.js';

test.each([
  ['hangs up at once', '', 'no_answer'],
  ['is a web server', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'other'],
  ['greets with nonsense', 'INFO nonsense\r\n', 'other'],
])('one who %s: one line, however often it is tried', async (_, greeting, reason) => {
  const server = createServer((socket) => socket.on('error', () => undefined).end(greeting));
  atEnd(() => void server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { log, counts } = linked({ servers: [`127.0.0.1:${port}`], retryDelayMs: 20 });
  await expect.poll(() => counts.failures.length).toBeGreaterThan(2);
  expect(new Set(counts.failures)).toEqual(new Set([reason]));
  const said = log.lines.filter(({ level }) => level === 'warn');
  expect(said.map(({ facts }) => facts.message)).toEqual(['no NATS server answers there']);
});
