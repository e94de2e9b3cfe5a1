/**
 * Fastify with one route and one look-up in a Map: what the framework costs by itself.
 *
 *   node bare-fastify.mjs DIR PORT
 */
import fastify from 'fastify';
import { readTokens } from './tokens.mjs';

const [dir = '.', port = '0'] = process.argv.slice(2);
const tokens = readTokens(dir);

const app = fastify();
app.get('/jwt/v1/accounts/', (_request, reply) => reply.send());
app.get('/jwt/v1/accounts/:key', (request, reply) => {
  const token = tokens.get(request.params.key);
  return token === undefined ? reply.code(404).send() : reply.type('application/jwt').send(token);
});
await app.listen({ host: '127.0.0.1', port: Number(port) });
