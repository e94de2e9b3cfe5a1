import { type Prospect, ServiceProblem } from './problem.js';
import { nameOf, type Service } from './service.js';

/** What a failure of the system or of TLS means. */
interface Meaning {
  readonly codes: readonly string[];
  readonly says: (name: string, code: string) => string;
  readonly prospect?: Prospect;
}

const MEANINGS: readonly Meaning[] = [
  {
    codes: ['ECONNREFUSED'],
    says: (name) => `nobody listens at ${name}: is the service running? Name it with --url URL`,
    prospect: 'passing',
  },
  {
    codes: ['ECONNRESET', 'EPIPE', 'HPE_INVALID_EOF_STATE'],
    says: (name) => `the connection to ${name} broke before the answer was complete`,
    prospect: 'passing',
  },
  {
    codes: ['ENOTFOUND', 'EAI_AGAIN'],
    says: (name) => `the host of ${name} is not known here: check --url`,
  },
  {
    codes: ['EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT'],
    says: (name, code) => `there is no way to ${name} (${code})`,
    prospect: 'passing',
  },
  {
    codes: ['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG'],
    says: (name) => `${name} does not speak https: try http in --url`,
  },
  {
    codes: ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'],
    says: (name, code) => `the certificate of ${name} is not in force (${code}): give the service a new one`,
  },
  {
    codes: ['ERR_TLS_CERT_ALTNAME_INVALID'],
    says: (name) => `the certificate of ${name} is for another name: use that name in --url`,
  },
  {
    codes: [
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'SELF_SIGNED_CERT_IN_CHAIN',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'UNABLE_TO_GET_ISSUER_CERT',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'CERT_SIGNATURE_FAILURE',
      'CERT_UNTRUSTED',
    ],
    says: (name, code) =>
      `the certificate of ${name} is not trusted (${code}): name the authority that signed it with --ca FILE`,
  },
];

/** An HTTPS server takes a plain request for a broken handshake and answers with nothing that is HTTP. */
const NO_HTTP = /^HPE_/;

/**
 * What went wrong on the way.
 * @param timeoutMs how long the answer was waited for, when that was too long
 */
export function explainFailure(
  service: Service,
  cause: unknown,
  timeoutMs: number | undefined,
): ServiceProblem {
  const name = nameOf(service);
  if (timeoutMs !== undefined) {
    return new ServiceProblem(`${name} did not answer within ${timeoutMs / 1000} s`, 'passing', { cause });
  }
  const code = codeOf(cause);
  const meaning = MEANINGS.find(({ codes }) => codes.includes(code));
  if (meaning !== undefined) return new ServiceProblem(meaning.says(name, code), meaning.prospect, { cause });
  if (NO_HTTP.test(code))
    return new ServiceProblem(`${name} does not speak plain http: try https in --url`, 'lasting', { cause });
  const words = cause instanceof Error ? cause.message : String(cause);
  return new ServiceProblem(`cannot ask ${name}: ${words}`, 'lasting', { cause });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** What a gateway answers while the service behind it is away. */
const GATEWAY = [502, 503, 504];

/** What an answer other than 200 means. `json`: its body. */
export function explainStatus(service: Service, status: number, json: unknown): ServiceProblem {
  const name = nameOf(service);
  const says = messageIn(json);
  if (status === 401) return new ServiceProblem(tokenSentence(service));
  if (status === 403)
    return new ServiceProblem(`${name} refuses: ${says ?? 'it may not be asked from here'}`);
  if (GATEWAY.includes(status)) {
    return new ServiceProblem(`${name} cannot answer now (${status})${says ? `: ${says}` : ''}`, 'passing');
  }
  if (status === 404) return new ServiceProblem(`${name} answers, but has no /api/v1/fleet: ${OTHER}`);
  return new ServiceProblem(`${name} answers with ${status}${says ? `: ${says}` : `: ${OTHER}`}`);
}

const OTHER = 'an older nats-account-server, or another program? Name the service with --url URL';

function tokenSentence(service: Service): string {
  const name = nameOf(service);
  return service.token === undefined
    ? `${name} wants its admin token: use --admin-token-file FILE or the environment variable NATS_ACCOUNT_SERVER_ADMIN_TOKEN`
    : `${name} does not accept this admin token: check --admin-token-file, NATS_ACCOUNT_SERVER_ADMIN_TOKEN and the configuration file`;
}

/** The message in `{"error":{"message":"…"}}`. */
function messageIn(json: unknown): string | undefined {
  const error = memberOf(json, 'error');
  const message = memberOf(error, 'message');
  return typeof message === 'string' && message !== '' ? message : undefined;
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return new Map<string, unknown>(Object.entries(value)).get(name);
}
