import { decodeJwt } from '../claims/decode.js';
import { type FreeValue, freeValue } from '../claims/json-free-value.js';
import type { Result } from '../claims/jwt.js';
import { takeApart } from '../claims/token.js';
import type { ActivationClaims } from '../claims/types.js';
import { type GoJson, goJson } from './go-json.js';

/** Where an import's token stands in the indented claims. */
const TOKEN_INDENT = ' '.repeat(16);
const TOKEN_LINE = /"token": "([^"\\]*(?:\\.[^"\\]*)*)",/g;
const DATE_LINE = /"(iat|exp)": (-?\d+),/g;

/**
 * A token as people read it: what the Go account server 1.0 answers to `decode=true` (server/core/jwthandler.go), byte
 * for byte. Header and claims are indented JSON, not valid as a whole: dates stand behind `iat` and `exp`, and the
 * tokens of imports are decoded in place.
 * @returns the text, or what hinders in a sentence
 */
export function decodedText(token: string): Result<string, string> {
  const parts = takeApart(token);
  if (!parts.ok) return { ok: false, problem: parts.problem.message };
  const { header, payload, chunks } = parts.value;
  const claims = payload.read(freeValue);
  if (!claims.ok) return { ok: false, problem: claims.problem.message };
  const head = goJson(
    new Map([
      ['typ', header.typ],
      ['alg', header.alg],
    ]),
  );
  return { ok: true, value: `${head}\n\r\n${annotate(goJson(claims.value as FreeValue))}\n\r\n${chunks[2]}` };
}

/** Puts in what the bare claims do not show. */
function annotate(claims: string): string {
  return claims
    .replace(TOKEN_LINE, (_line, token: string) => `"token": ${showActivation(token)},`)
    .replace(DATE_LINE, (_line, name: string, seconds: string) => {
      return `"${name}": ${seconds} (${showDate(Number(seconds))}),`;
    });
}

/** An activation token within an import; its signature was judged when the account was. */
function showActivation(token: string): string {
  const decoded = decodeJwt(token);
  if (!decoded.ok) return `<bad token - ${decoded.problem.message}>`;
  const { claims } = decoded.value;
  if (claims.kind !== 'activation') return '<bad token - not activation claim>';
  return goJson(activationFields(claims), TOKEN_INDENT);
}

/** The fields in the order of Go's structs, without those that are empty (v2/claims.go, v2/activation_claims.go). */
function activationFields(claims: ActivationClaims): ReadonlyMap<string, GoJson> {
  const { aud, exp, jti, iat, iss, name, nbf, sub, nats } = claims;
  const { subject, kind, issuer_account, tags, type, version } = nats;
  const fields = filled({ aud, exp, jti, iat, iss, name, nbf, sub });
  return fields.set('nats', filled({ subject, kind, issuer_account, tags, type, version }));
}

function filled(fields: { readonly [name: string]: GoJson }): Map<string, GoJson> {
  const isEmpty = (value: GoJson) => !value || (Array.isArray(value) && value.length === 0);
  return new Map(Object.entries(fields).filter(([, value]) => !isEmpty(value)));
}

/** The day in UTC; nothing for 0 and for what is beyond the calendar. */
function showDate(seconds: number): string {
  const date = new Date(seconds * 1000);
  if (seconds === 0 || Number.isNaN(date.getTime())) return '';
  const year = date.getUTCFullYear();
  const digits = String(Math.abs(year)).padStart(4, '0');
  return `${year < 0 ? '-' : ''}${digits}-${twoDigits(date.getUTCMonth() + 1)}-${twoDigits(date.getUTCDate())}`;
}

const twoDigits = (number: number): string => String(number).padStart(2, '0');
