import type { ChunkJson } from './chunk.js';
import type { Issue } from './issues.js';
import type { TokenParts } from './token.js';

function ambiguous(path: string, what: string): Issue {
  return {
    rule: 'H6',
    severity: 'error',
    path,
    description: `The name ${what}: readers disagree about its meaning.`,
  };
}

function namesIn(json: ChunkJson): readonly Issue[] {
  const folded = [...new Set(json.foldedNames)];
  return [
    ...json.duplicateNames.map((path) => ambiguous(path, 'occurs more than once')),
    ...folded.map((path) => ambiguous(path, 'is that of a known field but for its case')),
  ];
}

/**
 * Names that different readers take differently (H6): duplicates, and those that are a known field's only by case
 * folding, as far as reading has gone. Paths into the header begin with `header`.
 */
export function ambiguousNames({ headerJson, payload }: TokenParts): readonly Issue[] {
  // The payload was read last: it comes first here, so that it need not be scanned again.
  const inPayload = namesIn(payload);
  return [...namesIn(headerJson), ...inPayload];
}
