import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROJECT_ROOT } from '../support/real-program.js';

const [page = ''] = readFileSync(join(PROJECT_ROOT, 'docs/reliability.md'), 'utf8').split('\n## Bugs');

/** Rows of the tables of promises: id, and the files that are named in the third column. */
const promises = [...page.matchAll(/^\| ([A-Z]\d) \|[^|]*\|([^|]*)\|/gm)].map(([, id = '', files = '']) => ({
  id,
  files: [...files.matchAll(/`(test\/[^`]+)`/g)].map(([, file = '']) => file),
}));

test.each(promises)('$id is shown by tests with that id in their names', ({ id, files }) => {
  const text = files.map((file) => readFileSync(join(PROJECT_ROOT, file), 'utf8')).join('\n');
  expect(text).toMatch(new RegExp(`['"\`](?:[A-Z]\\d, )*${id}(?:, [A-Z]\\d)*:`));
});

test('every promise has a row', () => {
  const counts = {
    D: [1, 2, 3, 4, 5, 6],
    R: [1, 2, 3, 4, 5, 6],
    P: [1, 2, 3, 4],
    W: [1, 2, 4, 5, 6, 7, 8, 9],
  };
  const more = { H: [1, 2, 3, 4, 5, 6, 7, 8], N: [1, 2, 3, 4, 5, 6, 7], S: [1], A: [1, 2] };
  const ids = Object.entries({ ...counts, ...more }).flatMap(([kind, numbers]) =>
    numbers.map((n) => kind + n),
  );
  expect(promises.map(({ id }) => id)).toEqual(ids);
});
