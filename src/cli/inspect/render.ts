import type { Issue } from '../../claims/issues.js';
import type { StandardClaims } from '../../claims/types.js';
import type { Style } from '../style.js';
import { type Cell, layOut, type Row } from '../table.js';
import { bodySections } from './other-kinds.js';
import { fact, listed, type Section, withHead } from './section.js';
import { describeTime } from './times.js';
import { isSignedByOperators, type Verdict } from './verdict.js';

/** What the tables need besides the verdict. */
export interface Rendering {
  readonly style: Style;
  readonly nowSeconds: number;
  /** Where the token comes from, when that is not obvious. */
  readonly source: string | undefined;
  /** The operator that was asked for its trust. */
  readonly operatorName: string | undefined;
}

/** A token as tables for people, ending with a line end. */
export function renderVerdict(verdict: Verdict, rendering: Rendering): string {
  const { claims } = verdict.jwt;
  const sections: Section[] = [
    { title: `${claims.kind} ${claims.name}`.trimEnd(), rows: headRows(verdict, rendering) },
    ...bodySections(claims, rendering.nowSeconds),
    { title: 'Issues', rows: issueRows(verdict, rendering.style) },
  ];
  const shown = sections.filter(({ rows }) => rows.length > 0);
  return `${shown.map((section) => renderSection(section, rendering.style)).join('\n\n')}\n`;
}

function renderSection({ title, rows }: Section, { strong }: Style): string {
  const [head = ''] = layOut([[title]]);
  return [strong(head), ...layOut(rows, '  ')].join('\n');
}

function headRows(verdict: Verdict, rendering: Rendering): Row[] {
  const { claims } = verdict.jwt;
  const { nowSeconds, source = '' } = rendering;
  return [
    ...fact('from', source),
    ...fact('subject', claims.sub),
    ['issuer', claims.iss],
    ['signature', { text: 'correct', style: rendering.style.good }],
    ...trustRow(verdict, rendering),
    ['issued', describeTime(claims.iat, 'not said', nowSeconds)],
    ['expires', expiry(claims, rendering)],
    ...(claims.nbf > 0 ? [['valid from', describeTime(claims.nbf, '', nowSeconds)]] : []),
    ...fact('id', claims.jti),
    ...fact('audience', claims.aud),
    ...(claims.kind === 'generic' ? [] : listed('tags', claims.nats.tags)),
  ];
}

function expiry({ exp }: StandardClaims, { style, nowSeconds }: Rendering): Cell {
  const text = describeTime(exp, 'never', nowSeconds);
  return exp > 0 && exp < nowSeconds ? { text, style: style.bad } : { text };
}

function trustRow({ jwt, trusted, hardening }: Verdict, { style, operatorName = '' }: Rendering): Row[] {
  if (trusted === undefined || !isSignedByOperators(jwt.claims)) return [];
  const operator = `the operator ${operatorName}`.trimEnd();
  if (trusted) return [['trusted', { text: `yes, signed by ${operator}`, style: style.good }]];
  const why = hardening.length > 0 ? 'unsafe, see the issues' : `not signed by ${operator}`;
  return [['trusted', { text: `no, ${why}`, style: style.bad }]];
}

function issueRows({ issues, hardening }: Verdict, style: Style): readonly Row[] {
  const rows = [...issues, ...hardening].map((issue) => issueRow(issue, style));
  return rows.length === 0 ? [['none']] : withHead(['severity', 'rule', 'where', 'what'], rows);
}

function issueRow({ severity, rule, path, description }: Issue, style: Style): Row {
  const emphasis = severity === 'warning' ? style.doubtful : style.bad;
  return [{ text: severity, style: emphasis }, rule, path, description];
}
