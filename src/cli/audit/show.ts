import { type AuditRecord, readAuditLine } from '../../store/audit/audit-line.js';
import type { Segment } from '../../store/audit/verify-audit.js';
import { EXIT } from '../exit-codes.js';
import type { Output } from '../ports.js';
import { printable } from '../printable.js';
import { layOut, type Row } from '../table.js';
import { write } from '../talk.js';

/** Which decisions to show, and how. */
export interface ShowChoices {
  readonly account: string | undefined;
  readonly sinceMs: number;
  readonly json: boolean;
}

const HEADING: Row = ['TIME', 'OUTCOME', 'ACCOUNT', 'ORIGIN', 'OLD', 'NEW', 'WHY'];

/** Shows decisions as a table, file by file, or the lines as they stand there. @returns the exit code */
export async function showAudit(
  stdout: Output,
  segments: AsyncIterable<Segment>,
  choices: ShowChoices,
): Promise<number> {
  let headed = false;
  for await (const { text } of segments) {
    const lines = text.split('\n').flatMap((line) => {
      const record = readAuditLine(line);
      return record !== undefined && isWanted(record, choices) ? [{ line, record }] : [];
    });
    if (lines.length === 0) continue;
    const rows = choices.json
      ? lines.map(({ line }) => printable(line))
      : layOut([...(headed ? [] : [HEADING]), ...lines.map(({ record }) => rowOf(record))]);
    headed = true;
    await write(stdout, `${rows.join('\n')}\n`);
  }
  if (!headed && !choices.json) await write(stdout, 'no decisions\n');
  return EXIT.ok;
}

function isWanted({ time, account, members }: AuditRecord, wanted: ShowChoices): boolean {
  const isAbout = wanted.account === undefined || [account, members.name].includes(wanted.account);
  return isAbout && Date.parse(time) >= wanted.sinceMs;
}

function rowOf({ time, account, members }: AuditRecord): Row {
  const { outcome, name, rule, lost, repeated } = members;
  const why = [
    rule,
    lost && `${textOf(lost)} entries were lost`,
    repeated && `${textOf(repeated)} times more`,
  ];
  return [
    time,
    textOf(outcome),
    textOf(name) || (account ?? ''),
    originOf(members),
    issuedAt(members.old),
    issuedAt(members.new),
    why.filter(Boolean).map(textOf).join(', '),
  ];
}

function originOf({ origin, from, pusher, file, by }: AuditRecord['members']): string {
  const details = [pusher, from, file, by].map(textOf).filter((detail) => detail !== '');
  return [textOf(origin), ...details].join(' ');
}

function issuedAt(token: unknown): string {
  if (typeof token !== 'object' || token === null || !('iat' in token)) return '';
  const date = new Date(Number(token.iat) * 1000);
  return Number.isNaN(date.getTime()) ? textOf(token.iat) : date.toISOString().replace('.000Z', 'Z');
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : '';
}
