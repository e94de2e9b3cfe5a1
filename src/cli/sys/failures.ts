import { natsServersOf } from '../../app/system-session.js';
import { showDuration } from '../../config/duration.js';
import type { Config } from '../../config/schema.js';
import { maskUserinfo } from '../../config/secret.js';
import { messageOf, reasonOf } from '../../nats/failure.js';
import type { Answered, RequestFailure } from '../../nats/system/answered.js';
import { startupProblems } from '../talk.js';

/** A request could not be carried out; every sentence is for a person. */
export class SysFailure extends Error {
  override readonly name = 'SysFailure';

  constructor(
    readonly sentences: readonly string[],
    options?: { cause?: unknown },
  ) {
    super(sentences.join('; '), options);
  }
}

/**
 * The answer itself.
 * @throws SysFailure when there is none
 */
export function answerOf<T>(answered: Answered<T>): T {
  if (answered.ok) return answered.value;
  throw new SysFailure([describeFailure(answered.failure)]);
}

/** Why a request was not answered, and what to do. */
export function describeFailure(failure: RequestFailure): string {
  switch (failure.kind) {
    case 'denied':
      return describeDenial(failure);
    case 'nobody':
      return `nobody answers ${failure.subject}: the user is not one of the system account`;
    case 'silent':
      return `no answer to ${failure.subject} within ${showDuration(failure.waitedMs)}`;
    case 'lost':
      return 'the connection to NATS was lost before the answer came';
    case 'refused':
      return `the server refused: ${failure.text}`;
  }
}

/** Which permission is missing. */
export function describeDenial({ operation, subject }: Extract<RequestFailure, { kind: 'denied' }>): string {
  const flag = operation === 'publish' ? '--allow-pub' : '--allow-sub';
  const verb = operation === 'publish' ? 'publish' : 'subscribe';
  return `the user may not ${verb} to ${subject}; allow it with: nsc edit user NAME ${flag} '${subject}'`;
}

/** Why there is no connection. */
export function connectFailure(error: unknown, nats: Config['nats']): SysFailure {
  const problems = startupProblems(error);
  if (problems !== undefined) return new SysFailure(problems, { cause: error });
  const [where, message] = [natsServersOf(nats).map(maskUserinfo).join(', '), messageOf(error)];
  return new SysFailure([describeAway(error, where, message, isNamed(nats))], { cause: error });
}

function describeAway(error: unknown, where: string, message: string, named: boolean): string {
  switch (reasonOf(error)) {
    case 'bad_options':
      return message;
    case 'refused':
      return named
        ? `the nats-server at ${where} does not accept this user: ${message}`
        : `the nats-server at ${where} wants to know who asks: ${message}; name a user with --creds FILE or --user OPERATOR/ACCOUNT/USER`;
    case 'expired':
      return `the nats-server at ${where} does not accept this user any more: ${message}`;
    case 'no_answer':
      return `no NATS server answers at ${where}: ${message}`;
    default:
      return `no connection to ${where}: ${message}`;
  }
}

/** Whether the options say who we are. */
function isNamed({ servers, creds, nkey, token, user }: Config['nats']): boolean {
  const inAddress = servers.some((server) => server.includes('@'));
  return inAddress || [creds, nkey, token, user].some((identity) => identity !== undefined);
}
