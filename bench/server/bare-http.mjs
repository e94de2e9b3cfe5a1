/**
 * The least that can be done with Node's own HTTP server: one look-up in a Map, three headers. As near to the limit as a
 * service on it can come.
 *
 *   node bare-http.mjs DIR PORT [tags]
 *
 * With `tags` answers have an entity tag, and it is looked at what the client has already.
 */
import { createServer } from 'node:http';
import { readTokens } from './tokens.mjs';

const PREFIX = '/jwt/v1/accounts/';
const [dir = '.', port = '0', mode = ''] = process.argv.slice(2);
const tokens = readTokens(dir);
/** The key tells the versions of nothing apart, but takes as long to compare. */
const tagOf = mode === 'tags' ? (key) => `"${key}"` : undefined;

createServer((request, reply) => {
  const key = request.url?.slice(PREFIX.length) ?? '';
  const token = tokens.get(key);
  if (token === undefined) reply.writeHead(key === '' ? 200 : 404, { 'Content-Length': 0 }).end();
  else if (tagOf === undefined) reply.writeHead(200, headersOf(token)).end(token);
  else if (request.headers['if-none-match'] === tagOf(key)) reply.writeHead(304, { ETag: tagOf(key) }).end();
  else reply.writeHead(200, { ...headersOf(token), ETag: tagOf(key) }).end(token);
}).listen(Number(port), '127.0.0.1');

function headersOf(token) {
  return { 'Content-Type': 'application/jwt', 'Content-Length': token.length };
}
