import type { FastifyReply } from 'fastify';
import { decodedText } from './decoded-text.js';
import { sendError } from './errors.js';
import { isTrue, type OperatorQuery } from './requests.js';

/**
 * Answers with a token in the form for people that the options ask for; `text` wins over `decode`. These forms carry
 * neither ETag nor cache headers, as those of the Go account server do not.
 * @returns `undefined` when they ask for none
 */
export function sendReadable(
  reply: FastifyReply,
  token: string,
  options: OperatorQuery,
): FastifyReply | undefined {
  if (isTrue(options.text)) return sendText(reply, token);
  if (!isTrue(options.decode)) return undefined;
  const decoded = decodedText(token);
  return decoded.ok
    ? sendText(reply, decoded.value)
    : sendError(reply, { status: 500, text: decoded.problem });
}

function sendText(reply: FastifyReply, text: string): FastifyReply {
  return reply.header('Content-Type', 'text/plain').send(text);
}
