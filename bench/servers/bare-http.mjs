/**
 * The least that can be done with Node's own HTTP server: one look-up in a Map, three headers. As near to the ceiling as
 * a service on it can come.
 *
 *   node bare-http.mjs DIR PORT
 */
import { createServer } from 'node:http';
import { readTokens } from './tokens.mjs';

const PREFIX = '/jwt/v1/accounts/';
const [dir = '.', port = '0'] = process.argv.slice(2);
const tokens = readTokens(dir);

createServer((request, reply) => {
  const key = request.url?.slice(PREFIX.length) ?? '';
  const token = tokens.get(key);
  if (token === undefined) reply.writeHead(key === '' ? 200 : 404, { 'Content-Length': 0 }).end();
  else reply.writeHead(200, { 'Content-Type': 'application/jwt', 'Content-Length': token.length }).end(token);
}).listen(Number(port), '127.0.0.1');
