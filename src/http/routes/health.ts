import type { FastifyReply, FastifyRequest } from 'fastify';
import { registerOtherMethods } from '../methods.js';
import type { HttpPorts } from '../options.js';
import type { App } from '../requests.js';

const READING = () => ['GET', 'HEAD'];

/** `/healthz`: the process answers; `/readyz`: it does its work; `/metrics`: how it fares, for Prometheus. */
export function registerHealth(app: App, ports: HttpPorts): void {
  app.get('/healthz', (_request, reply) => reply.send());
  app.get('/readyz', (request, reply) => sendReadiness(request, reply, ports.accounts));
  app.get('/metrics', async (_request, reply) => {
    const { contentType, body } = await ports.metrics();
    return reply.header('Content-Type', contentType).send(body);
  });
  for (const url of ['/healthz', '/readyz', '/metrics']) registerOtherMethods(app, url, READING);
}

/** What hinders the service, a sentence each; says so too when it has not finished loading. */
export function hindrances(accounts: HttpPorts['accounts']): readonly string[] {
  const { loaded, problems } = accounts.readiness();
  return !loaded && problems.length === 0 ? ['the accounts are not loaded yet'] : problems;
}

function sendReadiness(
  request: FastifyRequest,
  reply: FastifyReply,
  accounts: HttpPorts['accounts'],
): FastifyReply {
  const problems = hindrances(accounts);
  const ready = problems.length === 0;
  reply.code(ready ? 200 : 503).header('Cache-Control', 'no-store');
  if (request.headers.accept?.includes('application/json')) return reply.send({ ready, problems });
  const lines = ready ? ['ready'] : problems;
  return reply.header('Content-Type', 'text/plain; charset=utf-8').send(`${lines.join('\n')}\n`);
}
