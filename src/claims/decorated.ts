/**
 * Files that hold a JWT or a seed between lines of dashes: creds files and what nsc exports (v2/creds_utils.go). Go finds
 * blocks with a regular expression that, on hostile text, takes a backtracking engine for ever; here each line is
 * looked at once.
 */

import { createRequire } from 'node:module';
import { withoutLineEnds } from './base64url.js';
import type { Result } from './jwt.js';
import type { KeyKind } from './keys.js';
import { seedKind } from './keys-go.js';
import { trimSpace } from './white-space.js';

const require = createRequire(import.meta.url);

const DASHES = '---';
const CONTENT = /^[\w.=-]+$/;

/** A line without its line feed, and without the carriage return before that. */
interface Line {
  readonly text: string;
  /** Whether a line feed ended it; only the last line may lack one. */
  readonly ended: boolean;
}

function splitLines(text: string): readonly Line[] {
  const lines = text.split('\n');
  return lines.map((line, index) => {
    const ended = index < lines.length - 1;
    return { text: ended && line.endsWith('\r') ? line.slice(0, -1) : line, ended };
  });
}

/** Three dashes or more at the end, and three or more somewhere before them. */
function opens(line: Line | undefined): boolean {
  if (line?.ended !== true || !line.text.endsWith(DASHES)) return false;
  return line.text.indexOf(DASHES) + DASHES.length <= line.text.length - DASHES.length;
}

function closes(line: Line | undefined): boolean {
  return line?.text.startsWith(DASHES) === true && opens({ text: line.text, ended: true });
}

/** The contents of all blocks of one line between two lines of dashes. */
function findBlocks(text: string): readonly string[] {
  const lines = splitLines(text);
  const blocks: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const content = lines[at + 1];
    if (content?.ended !== true || !opens(lines[at]) || !CONTENT.test(content.text) || !closes(lines[at + 2]))
      continue;
    blocks.push(content.text);
    at += 2;
  }
  return blocks;
}

const asLatin1 = (input: Uint8Array): string =>
  Buffer.from(input.buffer, input.byteOffset, input.byteLength).toString('latin1');

/**
 * Takes the JWT out of a decorated text, as Go's ParseDecoratedJWT: the first block counts, whatever its label. Text
 * without a block comes back unchanged, neither trimmed nor judged.
 */
export function undecorateJwt(input: Uint8Array): Uint8Array {
  const [first] = findBlocks(asLatin1(input));
  return first === undefined ? input : Buffer.from(first, 'latin1');
}

/** Writes a JWT as nsc does, `kind` being the type of its claims. */
export function decorateJwt(kind: string, jwt: string): string {
  const label = `NATS ${kind.toUpperCase()} JWT`;
  return `-----BEGIN ${label}-----\n${jwt}\n------END ${label}------\n\n`;
}

/** A seed found in a file. It is secret: never log, show or serve it. */
export interface FoundSeed {
  readonly seedText: string;
  readonly kind: KeyKind;
  readonly publicKey: string;
}

const SEED_START = /^S[OAU]/;

/** White space beyond ASCII counts in Go too, so characters matter here. */
function isSeedLine(line: string): boolean {
  return /S[OAU]/.test(line) && SEED_START.test(trimSpace(Buffer.from(line, 'latin1').toString()));
}

function findSeedLine(text: string): string | undefined {
  const [, second] = findBlocks(text);
  return second ?? text.split('\n').find(isSeedLine);
}

/**
 * Finds the seed in a creds or seed file, as Go's ParseDecoratedNKey: the content of the second block, else the first
 * line that begins with `SO`, `SA` or `SU`. The problem is a sentence that never quotes the text.
 */
export function findSeed(input: Uint8Array): Result<FoundSeed, string> {
  const line = findSeedLine(asLatin1(input));
  if (line === undefined) return { ok: false, problem: 'there is no seed' };
  if (!SEED_START.test(line)) return { ok: false, problem: 'what stands in the place of the seed is none' };
  const kind = seedKind(line);
  if (kind === undefined) return { ok: false, problem: 'the seed is damaged' };
  const seedText = withoutLineEnds(line);
  // Only where there are seeds: it brings a whole cryptographic library, and a JWT does not need it.
  const { fromSeed }: typeof import('nkeys.js') = require('nkeys.js');
  return { ok: true, value: { seedText, kind, publicKey: fromSeed(Buffer.from(seedText)).getPublicKey() } };
}
