import { readFileSync } from 'node:fs';
import { Compile } from 'typebox/compile';
import { describe, expect, test } from 'vitest';
import { API_ERRORS } from '../../src/http/api-errors.js';
import {
  AccountsAnswer,
  FleetAccount,
  FleetAccountsAnswer,
  FleetAnswer,
} from '../../src/http/routes/api/schemas.js';

const page = readFileSync(new URL('../../docs/http-api.md', import.meta.url), 'utf8');

describe('docs/http-api.md', () => {
  test('lists every error of the API with its status', () => {
    const rows = [...page.matchAll(/^\| `([\w.]+)` \| (\d+) \| [^|]{8,} \|$/gm)];
    expect(Object.fromEntries(rows.map(([, code, status]) => [code, Number(status)]))).toEqual(API_ERRORS);
  });

  test('shows each answer as it is', () => {
    const examples = [...page.matchAll(/```json\n([^`]+)```/g)].map(
      ([, json = '']) => JSON.parse(json) as unknown,
    );
    const schemas = [FleetAnswer, FleetAccount, FleetAccountsAnswer, AccountsAnswer];
    expect(examples).toHaveLength(schemas.length);
    for (const [i, schema] of schemas.entries()) expect(Compile(schema).Errors(examples[i])).toEqual([]);
  });
});
