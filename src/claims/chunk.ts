import { decodeBase64url } from './base64url.js';
import { JsonCursor } from './json-cursor.js';
import { type JsonDocument, scanJson } from './json-document.js';
import { JsonNotes } from './json-notes.js';
import type { Shape } from './json-shape.js';
import type { DecodeProblem, DecodeStep, Result } from './jwt.js';

/** Makes the answer that a step has failed. */
export function failed(
  step: DecodeStep,
  message: string,
): { readonly ok: false; readonly problem: DecodeProblem } {
  return { ok: false, problem: { step, message } };
}

/** The JSON that stands in a chunk of a token, and what reading it has found out so far. */
export class ChunkJson {
  readonly #notes = new JsonNotes();

  constructor(
    readonly step: 'header' | 'payload',
    readonly document: JsonDocument,
  ) {}

  /** Names that were taken for a known field by case folding alone. */
  get foldedNames(): readonly string[] {
    return this.#notes.foldedNames;
  }

  /** Reads the whole as a shape. */
  read<T>(shape: Shape<T>): Result<T, DecodeProblem> {
    const value = shape.read(new JsonCursor(this.document, this.#notes), shape.zero());
    const { problem } = this.#notes;
    return problem === undefined ? { ok: true, value } : failed(this.step, problem);
  }
}

/** Decodes a chunk to JSON: base64url, syntax. */
export function decodeChunk(chunk: string, step: ChunkJson['step']): Result<ChunkJson, DecodeProblem> {
  const bytes = decodeBase64url(chunk);
  if (bytes === undefined) return failed(step, `the ${step} is not base64url`);
  const document = scanJson(bytes);
  if (typeof document === 'number') return failed(step, `the ${step} is not JSON: fault at byte ${document}`);
  return { ok: true, value: new ChunkJson(step, document) };
}
