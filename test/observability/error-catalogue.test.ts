import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { REFUSALS, type RefusalCode } from '../../src/accounts/errors.js';
import { refusalText } from '../../src/http/errors.js';

const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
const rows = [...page.matchAll(/^\| `([\w.]+)` \| (\d+) \| ([^|]+) \| ([^|]+) \|$/gm)];

describe('docs/errors.md', () => {
  it('lists every refusal code once, in the order of the catalogue', () => {
    expect(rows.map(([, code]) => code)).toEqual(Object.keys(REFUSALS));
  });

  it.each(rows.map(([, code, status]) => [code as RefusalCode, Number(status)] as const))(
    '%s is answered with %d',
    (code, status) => {
      expect(refusalText({ code, message: 'x', issues: [] }).status).toBe(status);
    },
  );

  it('says of each what it means and what to do', () => {
    for (const [, code, , meaning = '', advice = ''] of rows) {
      expect(meaning.trim().length, code).toBeGreaterThan(20);
      expect(advice.trim().length, code).toBeGreaterThan(10);
    }
  });
});
