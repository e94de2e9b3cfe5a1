import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { expect } from 'vitest';
import { ApiError } from '../../src/http/routes/api/schemas.js';
import type { Answer, HttpBench } from './support.js';

export const FLEET = '/api/v1/fleet';
export const FLEET_ACCOUNTS = '/api/v1/fleet/accounts';
export const ACCOUNTS = '/api/v1/accounts';
/** An account that nobody has. */
export const STRANGER = 'ACFMUSBHAVIQNLZUHUETGFAI5273LLDLBU2AW2ZMZRK3W7P3S2L3HFEU';

/** Asks, and reads the answer by its schema: what is not in it is an error too. */
export async function read<S extends TSchema>(
  bench: HttpBench,
  path: string,
  schema: S,
  status = 200,
): Promise<Static<S>> {
  return readAnswer(await bench.ask(path), schema, status);
}

/** Reads an answer by its schema. */
export function readAnswer<S extends TSchema>(answer: Answer, schema: S, status = 200): Static<S> {
  expect(answer.status, answer.body).toBe(status);
  expect(answer.headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  });
  const value: unknown = JSON.parse(answer.body);
  const checker = Compile(schema);
  if (!checker.Check(value)) throw new Error(JSON.stringify(checker.Errors(value)));
  return value;
}

/** Asks for what is refused. */
export const readError = (bench: HttpBench, path: string, status: number) =>
  read(bench, path, ApiError, status);
