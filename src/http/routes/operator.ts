import type { FastifyReply } from 'fastify';
import { PAGE_NOT_FOUND, sendError } from '../errors.js';
import { registerOtherMethods } from '../methods.js';
import type { HttpPorts } from '../options.js';
import type { App, OperatorQuery } from '../requests.js';
import { sendReadable } from '../token-reply.js';

/**
 * `GET /jwt/v1/operator`: the operator JWT in force; 404 while there is none. `GET /jwt/v2/operator` is what nsc asks
 * first (cmd/pull.go): it must not answer anything but a version 2 token or an error.
 */
export function registerOperator(app: App, accounts: HttpPorts['accounts']): void {
  for (const version of [1, 2]) {
    const url = `/jwt/v${version}/operator`;
    app.get<{ Querystring: OperatorQuery }>(url, (request, reply) => {
      const { operator } = accounts;
      if (operator === undefined || operator.claims.nats.version < version) {
        return sendError(reply, PAGE_NOT_FOUND);
      }
      return sendOperator(reply, operator.text, request.query);
    });
    registerOtherMethods(app, url, () => ['GET', 'HEAD']);
  }
}

function sendOperator(reply: FastifyReply, token: string, options: OperatorQuery): FastifyReply {
  return sendReadable(reply, token, options) ?? reply.header('Content-Type', 'application/jwt').send(token);
}
