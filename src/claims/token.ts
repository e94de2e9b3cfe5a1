import { decodeBase64url, withoutLineEnds } from './base64url.js';
import { type Header, header, headerFault } from './header.js';
import { JsonCursor } from './json-cursor.js';
import type { Shape } from './json-shape.js';
import { findSyntaxFault } from './json-syntax.js';
import type { DecodeProblem, DecodeStep, Result } from './jwt.js';

/** The largest token that Go takes, in bytes (v2/decoder.go MaxTokenSize). */
export const MAX_TOKEN_BYTES = 1024 * 1024;

/** A token taken apart; its payload is known to be JSON, and nothing more. */
export interface TokenParts {
  /** The three chunks as they stand. */
  readonly chunks: readonly [string, string, string];
  readonly header: Header;
  readonly headerBytes: Buffer;
  readonly payload: Buffer;
  /** What reading the header has seen of names that only fold to known ones. */
  readonly foldedNames: readonly string[];
}

/** How much of a token its signature covers: the payload chunk, or header and payload (v2/decoder.go Decode). */
export type SignatureForm = 'v1' | 'v2';

/** Makes the answer that a step has failed. */
export function failed(
  step: DecodeStep,
  message: string,
): { readonly ok: false; readonly problem: DecodeProblem } {
  return { ok: false, problem: { step, message } };
}

/** Decodes one chunk to bytes that are one JSON value. */
function decodeJson(chunk: string, step: DecodeStep): Result<Buffer, DecodeProblem> {
  const bytes = decodeBase64url(chunk);
  if (bytes === undefined) return failed(step, `the ${step} is not base64url`);
  const fault = findSyntaxFault(bytes);
  if (fault !== undefined) return failed(step, `the ${step} is not JSON: fault at byte ${fault}`);
  return { ok: true, value: bytes };
}

/** Reads a sound payload or header as a shape. */
export function readAs<T>(
  bytes: Buffer,
  shape: Shape<T>,
  step: DecodeStep,
  foldedNames: string[],
): Result<T, DecodeProblem> {
  const json = new JsonCursor(bytes, [], foldedNames);
  const value = shape.read(json, shape.zero());
  return json.problem === undefined ? { ok: true, value } : failed(step, json.problem);
}

function readHeader(bytes: Buffer, foldedNames: string[]): Result<Header, DecodeProblem> {
  const read = readAs(bytes, header, 'header', foldedNames);
  const fault = read.ok ? headerFault(read.value) : undefined;
  return fault === undefined ? read : failed('header', fault);
}

/** Bytes become characters one by one: whatever is not ASCII then fails as base64url, as it does in Go. */
function asText(input: string | Uint8Array): string {
  if (typeof input === 'string') return input;
  return Buffer.from(input.buffer, input.byteOffset, input.byteLength).toString('latin1');
}

/** Checks size and chunks. */
function splitToken(
  input: string | Uint8Array,
  maxBytes: number,
): Result<TokenParts['chunks'], DecodeProblem> {
  const size = typeof input === 'string' ? Buffer.byteLength(input) : input.byteLength;
  if (size > maxBytes) return failed('size', `the token has ${size} bytes, more than ${maxBytes}`);
  const [first, second, third, ...more] = asText(input).split('.', 4);
  if (first === undefined || second === undefined || third === undefined || more.length > 0) {
    return failed('chunks', 'the token does not consist of three chunks with dots between them');
  }
  return { ok: true, value: [first, second, third] };
}

/** Takes a token apart as far as it goes without looking into the payload: size, chunks, header, JSON. */
export function takeApart(input: string | Uint8Array): Result<TokenParts, DecodeProblem> {
  const chunks = splitToken(input, MAX_TOKEN_BYTES);
  if (!chunks.ok) return chunks;
  const headerBytes = decodeJson(chunks.value[0], 'header');
  if (!headerBytes.ok) return headerBytes;
  const foldedNames: string[] = [];
  const head = readHeader(headerBytes.value, foldedNames);
  if (!head.ok) return head;
  const payload = decodeJson(chunks.value[1], 'payload');
  if (!payload.ok) return payload;
  return {
    ok: true,
    value: {
      chunks: chunks.value,
      header: head.value,
      headerBytes: headerBytes.value,
      payload: payload.value,
      foldedNames,
    },
  };
}

/**
 * The text without the line ends that no signature covers (H12): Go passes over them, and files and packs that hold a
 * token a line would break on them.
 */
export function cleanText([head, payload, signature]: TokenParts['chunks'], form: SignatureForm): string {
  return `${form === 'v1' ? withoutLineEnds(head) : head}.${payload}.${withoutLineEnds(signature)}`;
}
