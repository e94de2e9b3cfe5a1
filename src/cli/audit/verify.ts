import { type AuditVerdict, AuditVerification, type Segment } from '../../store/audit/verify-audit.js';
import { EXIT } from '../exit-codes.js';
import type { Output } from '../ports.js';
import { printable, printableJson } from '../printable.js';
import { write } from '../talk.js';

/** How to verify. */
export interface VerifyChoices {
  readonly expected: string | undefined;
  readonly json: boolean;
  readonly directory: string;
}

/** Verifies an audit and says what was found. @returns the exit code */
export async function verifyAudit(
  stdout: Output,
  segments: AsyncIterable<Segment>,
  { expected, json, directory }: VerifyChoices,
): Promise<number> {
  const verification = new AuditVerification();
  for await (const segment of segments) verification.add(segment);
  const verdict = verification.conclude(expected);
  await write(stdout, json ? `${printableJson(verdict, 2)}\n` : inWords(verdict, directory));
  return verdict.faults.length === 0 ? EXIT.ok : EXIT.failed;
}

function inWords({ files, lines, head, faults, notes }: AuditVerdict, directory: string): string {
  const sentences = [
    ...faults.map(({ file, line, problem }) => `${file}${line > 0 ? `:${line}` : ''}: ${problem}`),
    ...notes.map((note) => `note: ${note}`),
    `${faults.length === 0 ? 'whole' : 'NOT WHOLE'}: ${lines} lines in ${files} files of ${directory}`,
    ...(head === undefined ? [] : [`last line: ${head}`]),
  ];
  return sentences.map((sentence) => `${printable(sentence)}\n`).join('');
}
