import { METHODS } from 'node:http';
import type { FastifyReply } from 'fastify';
import { METHOD_NOT_ALLOWED, sendError } from './errors.js';
import type { App } from './requests.js';

/** Lets routes be registered for every method that node's parser knows, so that each gets a 405 and not a 404. */
export function knowAllMethods(app: App): void {
  for (const method of METHODS) {
    // CONNECT never reaches a handler: node closes such connections.
    if (method !== 'CONNECT' && !app.supportedMethods.includes(method)) app.addHttpMethod(method);
  }
}

/**
 * Answers the methods that a path does not serve: 405, and `OPTIONS` with 200, both with `Allow`. Register it after the
 * routes of the path.
 * @param allowed the methods served besides OPTIONS; asked for each request
 * @param refuse answers the 405
 */
export function registerOtherMethods(
  app: App,
  url: string,
  allowed: () => readonly string[],
  refuse: typeof refuseMethod = refuseMethod,
): void {
  const others = app.supportedMethods.filter((method) => !app.hasRoute({ method, url }));
  app.route({
    method: others,
    url,
    handler: (request, reply) => {
      if (request.method !== 'OPTIONS') return refuse(reply, allowed());
      return reply.header('Allow', allowHeader(allowed())).send();
    },
  });
}

/** 405 with `Allow`. */
export function refuseMethod(reply: FastifyReply, allowed: readonly string[]): FastifyReply {
  return sendError(reply.header('Allow', allowHeader(allowed)), METHOD_NOT_ALLOWED);
}

/** The value of `Allow`. */
export function allowHeader(allowed: readonly string[]): string {
  return [...allowed, 'OPTIONS'].sort().join(', ');
}
