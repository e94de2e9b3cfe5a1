import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { INPUTS } from '../../src/config/inputs.js';
import { editDistance, nearest } from '../../src/config/nearest.js';
import { renderReference } from '../../src/config/reference.js';

test('docs/configuration.md is what the options say (npm run docs writes it)', () => {
  const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
  expect(page).toBe(renderReference());
});

describe('names', () => {
  const all = (of: (input: (typeof INPUTS)[number]) => readonly (string | undefined)[]) =>
    INPUTS.flatMap(of).filter((name) => name !== undefined);

  test.each([
    ['flags', all((input) => [input.flag, ...input.goFlags.filter((flag) => flag !== input.flag)])],
    ['environment variables', all((input) => [input.environment])],
    [
      'keys',
      all((input) => [...new Set([input.name, ...input.goKeys].map((key) => key.replaceAll('_', '')))]),
    ],
  ])('no two inputs share %s', (_kind, names) => {
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  test('every input is described in whole sentences and can be set in a file', () => {
    for (const input of INPUTS) {
      expect(input.description).toMatch(/^[A-Z].*\.$/s);
      expect(input.name).toMatch(/^[a-z_.]+$/);
    }
  });

  test('no secret can be given on the command line', () => {
    const secrets = INPUTS.filter((input) => input.kind.secret);
    expect(secrets.length).toBeGreaterThan(4);
    expect(secrets.filter((input) => input.flag !== undefined)).toEqual([]);
  });
});

describe('nearest', () => {
  test.each([
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
    ['lisetn', 'listen', 1],
    ['same', 'same', 0],
  ])('%s and %s differ by %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
    expect(editDistance(b, a)).toBe(distance);
  });

  test('a near word is suggested, a far one is not', () => {
    const words = ['http.port', 'http.host', 'nats.pace'];
    expect(nearest('htpp.prot', words)).toBe('http.port');
    expect(nearest('HTTP.HOST', words)).toBe('http.host');
    expect(nearest('completely.other', words)).toBeUndefined();
    expect(nearest('x'.repeat(100_000), words)).toBeUndefined();
  });
});
