import type { FastifyReply } from 'fastify';
import { REFUSALS, type Refusal, type RefusalCode } from '../accounts/errors.js';
import type { Issue } from '../claims/issues.js';

/** As the Go account server's handlers send theirs. */
const PLAIN = 'text/plain';
/** As Go's `http.Error` sends: its router's answers and validation failures. */
const HTTP_ERROR = 'text/plain; charset=utf-8';

/** A status with a line of text for a person; nsc prints that text. */
export interface ErrorText {
  readonly status: number;
  /** Without the line end that every error body gets. */
  readonly text: string;
  readonly contentType?: typeof PLAIN | typeof HTTP_ERROR;
}

/** No such path: what Go's router says. */
export const PAGE_NOT_FOUND: ErrorText = {
  status: 404,
  text: '404 page not found',
  contentType: HTTP_ERROR,
};
/** The path is there, the method is not: what Go's router says. */
export const METHOD_NOT_ALLOWED: ErrorText = {
  status: 405,
  text: 'Method Not Allowed',
  contentType: HTTP_ERROR,
};
/** Whatever nobody foresaw; the log tells what it was. */
export const INTERNAL_ERROR: ErrorText = { status: 500, text: 'internal error', contentType: HTTP_ERROR };

/** The phrases are those of the Go account server (server/core/handlers_accounts.go) where it has one. */
const REFUSAL_TEXTS: Readonly<Record<RefusalCode, (refusal: Refusal) => ErrorText>> = {
  'jwt.too_large': (refusal) => ({ status: 413, text: refusal.message }),
  'jwt.undecodable': () => ({ status: 400, text: 'bad JWT in request' }),
  'jwt.not_account': () => ({ status: 400, text: 'bad JWT in request' }),
  'subject.mismatch': () => ({ status: 400, text: "pub keys don't match" }),
  'subject.invalid': () => ({ status: 400, text: 'bad JWT Subject in request' }),
  'issuer.self_signed': () => ({ status: 400, text: 'Signing service not enabled' }),
  'issuer.account': () => ({ status: 400, text: 'Bad JWT Issuer in request' }),
  'issuer.untrusted': () => ({ status: 400, text: 'untrusted issuer in request' }),
  'issuer.identity_key': () => ({
    status: 400,
    text: `untrusted issuer in request\n${REFUSALS['issuer.identity_key']}`,
  }),
  'claims.invalid': validationFailure,
  'claims.time': validationFailure,
  'iat.older': (refusal) => ({ status: 409, text: refusal.message }),
  'iat.replaced': (refusal) => ({ status: 409, text: refusal.message }),
  'iat.future': (refusal) => ({ status: 400, text: refusal.message }),
  'name.conflict': (refusal) => ({ status: 409, text: refusal.message }),
  'name.invalid': (refusal) => ({ status: 400, text: refusal.message }),
  'operator.missing': () => ({ status: 400, text: 'untrusted issuer in request' }),
  'store.read_only': () => METHOD_NOT_ALLOWED,
  // Go answers 500 to both. Neither is a fault of the program, and a client should know whether to try again; what
  // exactly failed (paths, system calls) is for the log.
  'store.unavailable': () => ({
    status: 503,
    text: `error saving JWT\n${REFUSALS['store.unavailable']}; try again later`,
  }),
  'store.full': () => ({ status: 507, text: `error saving JWT\n${REFUSALS['store.full']}` }),
  'audit.unavailable': () => ({
    status: 503,
    text: `error saving JWT\n${REFUSALS['audit.unavailable']}; try again later`,
  }),
  'state.unavailable': () => ({
    status: 503,
    text: `error saving JWT\n${REFUSALS['state.unavailable']}; try again later`,
  }),
};

/** The answer to a push that was refused. */
export function refusalText(refusal: Refusal): ErrorText {
  return REFUSAL_TEXTS[refusal.code](refusal);
}

/** What Go's validation says where our words differ (jwt v2/claims.go). */
const GO_WORDS: Readonly<Record<string, string>> = {
  C1: 'claim is expired',
  C2: 'claim is not yet valid',
};

function validationFailure(refusal: Refusal): ErrorText {
  const line = (issue: Issue) => `\t - ${GO_WORDS[issue.rule] ?? issue.description}\n`;
  const head = 'The server was unable to update your account JWT. One more more validation issues occurred.';
  return {
    status: 400,
    text: [head, ...refusal.issues.map(line)].join('\n'),
    contentType: HTTP_ERROR,
  };
}

/** Sends an error with its headers and line end. */
export function sendError(reply: FastifyReply, error: ErrorText): FastifyReply {
  const contentType = error.contentType ?? PLAIN;
  if (contentType === HTTP_ERROR) reply.header('X-Content-Type-Options', 'nosniff');
  return reply.code(error.status).header('Content-Type', contentType).send(`${error.text}\n`);
}
