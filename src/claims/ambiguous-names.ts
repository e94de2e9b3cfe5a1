import type { Issue } from './issues.js';
import { findDuplicateNames } from './json-names.js';
import type { TokenParts } from './token.js';

function ambiguous(path: string, what: string): Issue {
  return {
    rule: 'H6',
    severity: 'error',
    path,
    description: `The name ${what}: readers disagree about its meaning.`,
  };
}

/**
 * Names that different readers take differently (H6): duplicates, and those that are a known field's only by case
 * folding. Paths into the header begin with `header`.
 */
export function ambiguousNames(parts: TokenParts, foldedNames: readonly string[]): readonly Issue[] {
  const duplicates = [
    ...findDuplicateNames(parts.headerBytes).map((path) => `header.${path}`),
    ...findDuplicateNames(parts.payload),
  ];
  const folded = new Set([...parts.foldedNames.map((path) => `header.${path}`), ...foldedNames]);
  return [
    ...duplicates.map((path) => ambiguous(path, 'occurs more than once')),
    ...[...folded].map((path) => ambiguous(path, 'is that of a known field but for its case')),
  ];
}
