import type { FastifyReply } from 'fastify';
import type { Result } from '../../../claims/jwt.js';
import { API_ERRORS, type ApiProblem } from '../../api-errors.js';
import type { ApiError } from './schemas.js';

/** Nothing is published under that key. */
export const UNKNOWN_ACCOUNT: ApiProblem = {
  code: 'account.unknown',
  message: 'no account is served under that key',
};
/** The API has no such path. */
export const UNKNOWN_PATH: ApiProblem = {
  code: 'path.unknown',
  message: 'no such path; GET /jwt/v1/help lists them all',
};
/** The path is there, the method is not. */
export const WRONG_METHOD: ApiProblem = {
  code: 'method.not_allowed',
  message: 'the API is read with GET or HEAD',
};
/** What nobody foresaw; the log tells what it was. */
export const INTERNAL: ApiProblem = { code: 'internal', message: 'internal error' };

/** A query option that cannot be obeyed. */
export function badQuery(message: string): ApiProblem {
  return { code: 'query.invalid', message };
}

/** Answers with a value as JSON; what it says may be another thing in a moment. */
export function sendJson(reply: FastifyReply, value: object): FastifyReply {
  return sendJsonText(reply, JSON.stringify(value));
}

/** Answers with JSON that is text already. */
export function sendJsonText(reply: FastifyReply, json: string): FastifyReply {
  return reply
    .headers({ 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' })
    .send(`${json}\n`);
}

/** Answers with an error in the one shape that all errors of the API have. */
export function sendProblem(reply: FastifyReply, { code, message }: ApiProblem): FastifyReply {
  const body: ApiError = { error: { code, message } };
  return sendJson(reply.code(API_ERRORS[code]), body);
}

/** Answers with what a reader of query options found wrong, or goes on with the value. */
export async function withQuery<T>(
  reply: FastifyReply,
  read: Result<T, string>,
  go: (value: T) => Promise<FastifyReply>,
): Promise<FastifyReply> {
  return read.ok ? go(read.value) : sendProblem(reply, badQuery(read.problem));
}
