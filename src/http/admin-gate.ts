import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { ApiProblem } from './api-errors.js';
import { CHALLENGES, shows } from './credentials.js';
import { namesLoopback } from './loopback.js';

/** Whether a request may use the API, or why not. */
export type AdminVerdict =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly problem: ApiProblem };

/** What `WWW-Authenticate` says with a 401. */
export const ADMIN_CHALLENGE = CHALLENGES.bearer;

const HOW_TO_SET = 'set the option http.admin_token (--admin-token-file FILE)';
const TOKEN_WRONG: ApiProblem = {
  code: 'admin.token_wrong',
  message: 'this needs the admin token: send it as Authorization: Bearer TOKEN',
};
const TOKEN_NOT_SET: ApiProblem = {
  code: 'admin.token_not_set',
  message: `without an admin token this is answered only where the service listens on localhost alone; ${HOW_TO_SET}`,
};
const NOT_LOCAL: ApiProblem = {
  code: 'admin.not_local',
  message: `without an admin token only programs on this machine are answered that ask for localhost, not through a proxy and not from web pages; ${HOW_TO_SET}`,
};

/** Decides who may use the API: whoever shows the admin token, or, where none is set, programs on this machine. */
export class AdminGate {
  constructor(
    private token: string | undefined,
    private readonly onLoopback: boolean,
  ) {}

  /** From the next request on, this token counts; undefined: none. */
  reload(token: string | undefined): void {
    this.token = token;
  }

  /** Judges a request. */
  judge(request: IncomingMessage): AdminVerdict {
    const problem = this.#objection(request);
    return problem === undefined ? { allowed: true } : { allowed: false, problem };
  }

  #objection(request: IncomingMessage): ApiProblem | undefined {
    const { token } = this;
    if (token !== undefined) return shows(request, { kind: 'bearer', token }) ? undefined : TOKEN_WRONG;
    if (!this.onLoopback) return TOKEN_NOT_SET;
    return isLocal(request.headers) ? undefined : NOT_LOCAL;
  }
}

/** What a proxy in front adds: one on this machine would let the whole world in. */
const BY_PROXY = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'];

/**
 * A name of somebody else in `Host` may be a web page whose name was made to lead here (DNS rebinding); another `Origin`
 * is a web page that says so.
 */
function isLocal(headers: IncomingHttpHeaders): boolean {
  const { host, origin } = headers;
  if (!namesLoopback(host) || BY_PROXY.some((name) => headers[name] !== undefined)) return false;
  return origin === undefined || namesLoopback(origin.replace(/^https?:\/\//, ''));
}
