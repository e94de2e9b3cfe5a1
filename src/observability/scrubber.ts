/** What stands in a log line where a secret stood. */
export const REDACTED = '[redacted]';

/**
 * Fields that hold secrets by their name (`password`, `pushToken`, `req.headers.authorization`), at any depth of a line
 * of JSON. Written as a search through the finished line because pino's `redact` costs four times as much as the rest
 * of the line and reaches only depths that are listed.
 */
const SECRET_NAME =
  '[\\w-]*(?:authorization|cookie|creds|pass(?:word|phrase)?|private_?key|secret|seed|token)';
const STRING = '"(?:[^"\\\\]|\\\\.)*"';
const SECRET_FIELD = new RegExp(`"(${SECRET_NAME})":\\s*(?:${STRING}|\\[(?:${STRING}|[^"[\\]{}])*\\])`, 'gi');
/** The same in JSON that is quoted in a string of the line. */
const QUOTED_SECRET_FIELD = new RegExp(
  `\\\\"(${SECRET_NAME})\\\\":\\s*\\\\"(?:[^"\\\\]|\\\\[^"])*\\\\"`,
  'gi',
);
/** Seeds of every nkey kind (nats-io/nkeys: `S`, the kind, 56 letters of base32), also when they were cut short. */
const SEED = /S[OAUNCX][A-Z2-7]{56}|\bS[OAUNCX][A-Z2-7]{30,}/g;
/** `user:password@` and `token@` between a scheme and a host. */
const USERINFO = /:\/\/[^\s/?#"'<>\\]*@/g;
/** The value of an Authorization header; the words that follow "bearer" in prose are left alone. */
const AUTHORIZATION = /\b(bearer|basic) +(?!auth|cred|token)[\w.~+/=-]{6,}/gi;
/** Parameters of queries and messages. */
const ASSIGNMENT = /\b(pass(?:word|wd)?|secret|seed|token)=[^\s&"',;\\]+/gi;
/** A key without its end is masked as far as the string goes. Line ends may be escaped: the text is often JSON. */
const PRIVATE_KEY =
  /-----BEGIN ([A-Z ]*PRIVATE KEY)-----(?:(?!-----)(?:[^"\\]|\\[^"]))*(?:-----END \1-----)?/g;
/** A whole run of characters that JWTs are made of, so that the search stays linear in the length of the text. */
const JWT_RUN = /[\w.-]{40,}/g;

/** Everything that a nats-server or anybody who may read accounts sees anyway. */
const PUBLIC_JWT_TYPES: ReadonlySet<unknown> = new Set(['account', 'operator']);

/**
 * Masks what looks like a secret, wherever it stands in a text: fields with such a name, nkey seeds, the userinfo of
 * URLs, bearer and basic credentials, `password=…`, PEM private keys, and JWTs that are neither an account's nor an
 * operator's (a user JWT with `bearer_token` is a password). Takes and gives plain text or a line of JSON, which stays
 * valid. Linear in time.
 */
export function scrub(text: string): string {
  return text
    .replace(SECRET_FIELD, `"$1":"${REDACTED}"`)
    .replace(QUOTED_SECRET_FIELD, `\\"$1\\":\\"${REDACTED}\\"`)
    .replace(SEED, REDACTED)
    .replace(USERINFO, `://${REDACTED}@`)
    .replace(AUTHORIZATION, `$1 ${REDACTED}`)
    .replace(ASSIGNMENT, `$1=${REDACTED}`)
    .replace(PRIVATE_KEY, REDACTED)
    .replace(JWT_RUN, scrubRun);
}

function scrubRun(run: string): string {
  const start = run.indexOf('eyJ');
  if (start < 0) return run;
  const [header, payload, signature] = run.slice(start).split('.', 3);
  if (header === undefined || payload === undefined || signature === undefined) return run;
  return isPublicJwt(payload) ? run : run.slice(0, start) + REDACTED;
}

function isPublicJwt(payload: string): boolean {
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    return PUBLIC_JWT_TYPES.has(claimType(claims));
  } catch {
    return false;
  }
}

/** The type of v2 claims stands in `nats`, that of v1 claims beside it. */
function claimType(claims: unknown): unknown {
  const outer = fields(claims);
  return fields(outer.nats).type ?? outer.type;
}

function fields(value: unknown): { readonly nats?: unknown; readonly type?: unknown } {
  return typeof value === 'object' && value !== null ? value : {};
}
