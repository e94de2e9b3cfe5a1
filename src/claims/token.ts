import { decodeBase64url, withoutLineEnds } from './base64url.js';
import { type ChunkJson, decodeChunk, failed } from './chunk.js';
import { type Header, headerFault, headerShape } from './header.js';
import type { DecodeProblem, Result } from './jwt.js';

/** The largest token that Go takes, in bytes (v2/decoder.go MaxTokenSize). */
export const MAX_TOKEN_BYTES = 1024 * 1024;

/** A token taken apart; of its payload nothing is known yet. */
export interface TokenParts {
  readonly text: string;
  /** The three chunks as they stand. */
  readonly chunks: readonly [string, string, string];
  readonly header: Header;
  readonly headerJson: ChunkJson;
  readonly payload: ChunkJson;
}

/** How much of a token its signature covers: the payload chunk, or header and payload (v2/decoder.go Decode). */
export type SignatureForm = 'v1' | 'v2';

/** A header that is one, and the JSON that it was read from. */
interface OpenedHeader {
  readonly header: Header;
  readonly headerJson: ChunkJson;
}

function readHeader(chunk: string): Result<OpenedHeader, DecodeProblem> {
  const json = decodeChunk(chunk, 'header');
  if (!json.ok) return json;
  const read = json.value.read(headerShape);
  if (!read.ok) return read;
  const fault = headerFault(read.value);
  if (fault !== undefined) return failed('header', fault);
  return { ok: true, value: { header: read.value, headerJson: json.value } };
}

/** Nearly all tokens have one of two headers: the first few that come are read once. */
const knownHeaders = new Map<string, Result<OpenedHeader, DecodeProblem>>();
const MOST_HEADERS = 16;
const LONGEST_KNOWN_HEADER = 100;

function openHeader(chunk: string): Result<OpenedHeader, DecodeProblem> {
  const known = knownHeaders.get(chunk);
  if (known !== undefined) return known;
  const header = readHeader(chunk);
  if (chunk.length <= LONGEST_KNOWN_HEADER && knownHeaders.size < MOST_HEADERS && header.ok) {
    // A copy: as a part of the token the chunk would keep all of it in memory.
    knownHeaders.set(Buffer.from(chunk).toString(), header);
  }
  return header;
}

/** Bytes become characters one by one: whatever is not ASCII then fails as base64url, as it does in Go. */
function asText(input: string | Uint8Array): string {
  if (typeof input === 'string') return input;
  return Buffer.from(input.buffer, input.byteOffset, input.byteLength).toString('latin1');
}

function checkSize(input: string | Uint8Array): Result<string, DecodeProblem> {
  const size = typeof input === 'string' ? Buffer.byteLength(input) : input.byteLength;
  if (size <= MAX_TOKEN_BYTES) return { ok: true, value: asText(input) };
  return failed('size', `the token has ${size} bytes, more than ${MAX_TOKEN_BYTES}`);
}

function splitToken(text: string): Result<TokenParts['chunks'], DecodeProblem> {
  const [first, second, third, ...more] = text.split('.', 4);
  if (first === undefined || second === undefined || third === undefined || more.length > 0) {
    return failed('chunks', 'the token does not consist of three chunks with dots between them');
  }
  return { ok: true, value: [first, second, third] };
}

/** Takes a token apart as far as it goes without looking into the payload: size, chunks, header, base64url. */
export function takeApart(input: string | Uint8Array): Result<TokenParts, DecodeProblem> {
  const text = checkSize(input);
  if (!text.ok) return text;
  const chunks = splitToken(text.value);
  if (!chunks.ok) return chunks;
  const header = openHeader(chunks.value[0]);
  if (!header.ok) return header;
  const payload = decodeChunk(chunks.value[1], 'payload');
  if (!payload.ok) return payload;
  return {
    ok: true,
    value: { text: text.value, chunks: chunks.value, ...header.value, payload: payload.value },
  };
}

/** The last letters that a signature of 64 bytes can have when the bits that no byte has are zero. */
const LAST_LETTERS = 'AQgw';

/** Go passes over those bits: whoever can read a token could push it in fifteen more spellings, each a text of its own. */
function canonicalSignature(chunk: string): string {
  const letters = withoutLineEnds(chunk);
  if (LAST_LETTERS.includes(letters.slice(-1))) return letters;
  return decodeBase64url(letters)?.toString('base64url') ?? letters;
}

const encoded = (header: string): string => Buffer.from(header).toString('base64url');
/** As version 1 of the library wrote it (v1 header.go), and as version 2 does. */
const V1_HEADER = encoded('{"typ":"jwt","alg":"ed25519"}');
const V2_HEADER = encoded('{"typ":"JWT","alg":"ed25519-nkey"}');

/** No signature covers the header of version 1: it could be written in any number of ways, each a text of its own. */
function canonicalHeader(chunk: string, form: SignatureForm): string {
  if (form === 'v2' || chunk === V1_HEADER || chunk === V2_HEADER) return chunk;
  return V1_HEADER;
}

/**
 * The text as it is kept: without the line ends that no signature covers (H12; Go passes over them, and files and packs
 * that hold a token a line would break on them), and with what else no signature covers spelt in one way.
 */
export function cleanText({ text, chunks }: TokenParts, form: SignatureForm): string {
  const [header, payload, signature] = chunks;
  const [kept, canonical] = [canonicalHeader(header, form), canonicalSignature(signature)];
  if (kept === header && canonical === signature && withoutLineEnds(text) === text) return text;
  return `${kept}.${payload}.${canonical}`;
}
