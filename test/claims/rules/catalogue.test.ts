import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { RULES } from '../../../src/claims/rules/catalogue.js';
import { rulesPage } from '../../../src/claims/rules/page.js';

const numbered = (letter: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);

/** The rules as nats-io/jwt v2 has them, by claim part, and those beyond Go that a single token can break. */
const EXPECTED = [
  ...numbered('C', 2),
  ...numbered('S', 4),
  ...numbered('I', 17),
  ...numbered('X', 17),
  ...numbered('L', 2),
  ...numbered('P', 2),
  ...numbered('M', 5),
  ...numbered('Z', 5),
  ...numbered('T', 3),
  ...numbered('A', 4),
  ...numbered('K', 2),
  ...numbered('N', 3),
  ...numbered('G', 1),
  ...numbered('F', 1),
  ...numbered('O', 5),
  ...numbered('V', 3),
  ...numbered('U', 5),
  ...numbered('Q', 1),
  ...numbered('R', 5),
  ...numbered('H', 6),
  'H8',
  'H9',
  'H12',
];

const ids = RULES.map(({ id }) => id);

function testSources(folder: URL): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') && !name.endsWith('catalogue.test.ts'))
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    .join('\n');
}

test('every rule is there, once', () => {
  expect([...ids].sort()).toEqual([...EXPECTED].sort());
});

test('every rule is named in a test', () => {
  const source = testSources(new URL('../', import.meta.url));
  const named = new Set(source.match(/\b[A-Z][0-9]{1,2}\b/g));
  expect(ids.filter((id) => !named.has(id))).toEqual([]);
});

test('only time checks and two warnings do not block', () => {
  const severities = RULES.filter(({ severity }) => severity !== 'error').map(({ id, severity }) => [
    id,
    severity,
  ]);
  expect(severities).toEqual([
    ['C1', 'time'],
    ['C2', 'time'],
    ['I7', 'warning'],
    ['F1', 'warning'],
  ]);
});

test('docs/rules.md is up to date (npm run docs)', () => {
  const page = readFileSync(new URL('../../../docs/rules.md', import.meta.url), 'utf8');
  expect(page).toBe(rulesPage());
  for (const id of ids) expect(page).toContain(`| ${id} |`);
});
