import { decodeBase64url } from './base64url.js';
import { JsonCursor } from './json-cursor.js';
import { scanJson } from './json-document.js';
import { findDuplicateNames } from './json-names.js';
import { JsonNotes, type JsonPath } from './json-notes.js';
import type { Shape } from './json-shape.js';
import type { DecodeProblem, DecodeStep, Result } from './jwt.js';

/** Makes the answer that a step has failed. */
export function failed(
  step: DecodeStep,
  message: string,
): { readonly ok: false; readonly problem: DecodeProblem } {
  return { ok: false, problem: { step, message } };
}

/** What stands in a chunk of a token, JSON or not, and what reading it has found out so far. */
export class ChunkJson {
  readonly #root: JsonPath;
  readonly #notes: JsonNotes;
  readonly #bytes: Buffer;
  #duplicateNames: readonly string[] | undefined;

  constructor(
    readonly step: 'header' | 'payload',
    bytes: Buffer,
  ) {
    this.#bytes = bytes;
    this.#root = step === 'header' ? ['header'] : [];
    this.#notes = new JsonNotes(this.#root);
  }

  /** Names that were taken for a known field by case folding alone. */
  get foldedNames(): readonly string[] {
    return this.#notes.foldedNames;
  }

  /** Names that an object has more than once; what is no JSON has none. */
  get duplicateNames(): readonly string[] {
    this.#duplicateNames ??= this.#findDuplicateNames();
    return this.#duplicateNames;
  }

  #findDuplicateNames(): readonly string[] {
    const document = scanJson(this.#bytes);
    return typeof document === 'number' ? [] : findDuplicateNames(document, this.#root);
  }

  /** Reads the whole as a shape. */
  read<T>(shape: Shape<T>): Result<T, DecodeProblem> {
    const document = scanJson(this.#bytes);
    if (typeof document === 'number')
      return failed(this.step, `the ${this.step} is not JSON: fault at byte ${document}`);
    const value = shape.read(new JsonCursor(document, this.#notes), shape.zero());
    const { problem } = this.#notes;
    return problem === undefined ? { ok: true, value } : failed(this.step, problem);
  }
}

/** Decodes a chunk as far as base64url goes. */
export function decodeChunk(chunk: string, step: ChunkJson['step']): Result<ChunkJson, DecodeProblem> {
  const bytes = decodeBase64url(chunk);
  if (bytes === undefined) return failed(step, `the ${step} is not base64url`);
  return { ok: true, value: new ChunkJson(step, bytes) };
}
