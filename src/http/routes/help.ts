import { registerOtherMethods } from '../methods.js';
import type { App } from '../requests.js';

const HELP = `# NATS account server: HTTP API

A NATS server fetches account JWTs here (resolver: URL(http://host:port/jwt/v1/accounts/)); nsc pushes and pulls them.
Errors are a status and a line of text.

## GET /jwt/v1/accounts/

200 once the accounts are loaded, 503 before: what a NATS server asks when it starts.

## GET /jwt/v1/accounts/<account key>

The account JWT (application/jwt), or 404 with an empty body. The ETag is made from the whole token; If-None-Match
answers 304. An expired token is served too, never cacheable. Options:

  * text=true    the token as text/plain
  * decode=true  header and claims, for people to read
  * check=true   404 if the token is expired
  * notify=true  tell the NATS servers again; needs the right to push where one is set

## POST /jwt/v1/accounts/<account key>

Stores the account JWT in the body; its content type does not matter. The subject must be the account key, a key of the
operator must have signed, nothing may be wrong with the claims, and no newer token may be in force (409).
200 means that the token is stored and served; NATS servers are told at once, or as soon as they can be reached.
401 or 403: the right to push is missing. 405: the store is read-only. Option:

  * wait=5s      answer when every NATS server that has the account runs the token: 200 with a line for each server, or
                 202 with what is missing when the time (60s at most) is over; delivery then goes on

## GET /jwt/v1/operator, GET /jwt/v2/operator

The operator JWT. Options: text=true, decode=true.

## GET /jwt/v1/pack

All accounts that have not expired, one a line: <account key>|<JWT>. Option: max=<number of accounts>.

## GET /healthz, GET /readyz, GET /metrics

The process is alive; the service does its work (else 503 with what is wrong; JSON if asked for); Prometheus metrics.

## GET /api/v1/fleet, GET /api/v1/fleet/accounts, GET /api/v1/fleet/accounts/<account key>, GET /api/v1/accounts

What each NATS server runs, and what is published, as JSON; for administrators: with the admin token (Authorization:
Bearer), or without one from this machine alone. Options:

  * wait=10s     fleet and fleet/accounts/<key>: answer when all of it is effective, or the time (60s at most) is over
  * state=…      lists: only these, with commas. Fleet: effective, incomplete, expired, pending, unknown.
                 Accounts: valid, expired, not_yet_valid
  * limit=100    lists: accounts on a page, 1000 at most
  * after=KEY    lists: begin behind this key; "next" of an answer is the key to go on with

## GET /jwt/v1/help

This page.
`;

/** `GET /jwt/v1/help`. */
export function registerHelp(app: App): void {
  const url = '/jwt/v1/help';
  app.get(url, (_request, reply) => reply.header('Content-Type', 'text/plain').send(HELP));
  registerOtherMethods(app, url, () => ['GET', 'HEAD']);
}
