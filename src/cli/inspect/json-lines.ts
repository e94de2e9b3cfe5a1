import { keyKind } from '../../claims/keys.js';
import { readJwt } from '../../claims/verify.js';
import { EXIT } from '../exit-codes.js';
import type { Output } from '../ports.js';
import { printableJson } from '../printable.js';
import { write } from '../talk.js';
import { type Line, readLines } from './lines.js';
import { exitCodeOf, type Judge, judge, undecodableData, verdictData } from './verdict.js';

/** A token of 1 MiB with every byte written as `\u0000`, and some room. */
const MAX_LINE_BYTES = 8 * 1024 * 1024;

/** The answer to one line. */
export interface LineAnswer {
  readonly data: object;
  readonly exitCode: number;
}

/** Answers one line; whatever stands in it, there is an answer. */
export type AnswerLine = (line: Line) => LineAnswer;

/**
 * Answers every line of the input with one line, in order, as they come.
 * @returns the exit code of the worst line
 */
export async function answerLines(
  input: AsyncIterable<Buffer | string>,
  output: Output,
  answer: AnswerLine,
): Promise<number> {
  let worst: number = EXIT.ok;
  for await (const lines of readLines(input, MAX_LINE_BYTES)) {
    const answers = lines.map(answer);
    worst = Math.max(worst, ...answers.map(({ exitCode }) => exitCode));
    await write(output, answers.map(({ data }) => `${printableJson(data)}\n`).join(''));
  }
  return worst;
}

/** Judges tokens: lines `{"jwt":"…"}`, or `{"jwt_b64":"…"}` for bytes that are not UTF-8. */
export function tokenLine(operator: Judge['operator']): AnswerLine {
  const undecodable = (error: string): LineAnswer => ({
    data: undecodableData(error, operator),
    exitCode: EXIT.undecodable,
  });
  return (line) => {
    const token = tokenIn(fieldsOf(line));
    if (token === undefined) return undecodable(describeLine(line, '{"jwt":"…"} or {"jwt_b64":"…"}'));
    const read = readJwt(token);
    if (!read.ok) return undecodable(read.problem.message);
    const verdict = judge(read.value, { operator, nowSeconds: Math.floor(Date.now() / 1000) });
    return { data: verdictData(verdict), exitCode: exitCodeOf(verdict) };
  };
}

const KINDS = ['account', 'operator', 'user', 'server', 'curve'] as const;

/** Judges keys under the strict rule (H1, H2): lines `{"text":"…"}`. */
export function keyLine(line: Line): LineAnswer {
  const text = fieldsOf(line)?.get('text');
  const kind = typeof text === 'string' ? keyKind(text) : undefined;
  const kinds = Object.fromEntries(KINDS.map((name) => [name, name === kind]));
  if (typeof text === 'string') return { data: kinds, exitCode: EXIT.ok };
  return { data: { ...kinds, error: describeLine(line, '{"text":"…"}') }, exitCode: EXIT.undecodable };
}

type Fields = ReadonlyMap<string, unknown>;

function fieldsOf(line: Line): Fields | undefined {
  try {
    const value: unknown = JSON.parse(line?.toString('utf8') ?? '');
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? new Map(Object.entries(value)) : undefined;
  } catch {
    return undefined;
  }
}

function tokenIn(fields: Fields | undefined): string | Uint8Array | undefined {
  const [jwt, encoded] = [fields?.get('jwt'), fields?.get('jwt_b64')];
  if (typeof jwt === 'string') return encoded === undefined ? jwt : undefined;
  return typeof encoded === 'string' && isBase64(encoded) ? Buffer.from(encoded, 'base64') : undefined;
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

function describeLine(line: Line, expected: string): string {
  return line === undefined
    ? 'the input line is longer than a token can be'
    : `the input line is not of the form ${expected}`;
}
