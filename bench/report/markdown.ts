import { spreadOf } from '../statistics.js';
import { type Answer, type Finding, holds, type Report, targetsOf } from './answer.js';
import { showNumber, showTarget, verdictOn } from './words.js';

/** A report as Markdown, for docs/performance.md. */
export function showMarkdown(report: Report): string {
  const setting = Object.entries(report.setting);
  return [
    table(['What', 'Here'], setting),
    table(['Target', 'Asked', 'Measured', ''], targetsOf(report).map(targetCells)),
    ...report.topics.flatMap(({ answers }) => answers.map(showAnswer)),
  ].join('\n\n');
}

const withUnit = (value: number, unit: string) => `${showNumber(value)}${unit === '' ? '' : ` ${unit}`}`;

const targetCells = (finding: Finding): string[] => [
  finding.name,
  showTarget(finding),
  withUnit(finding.value, finding.unit),
  verdictOn(finding),
];

function showAnswer({ question, unit, rows, findings }: Answer): string {
  const measured = rows.map(({ name, values, note = '' }) => {
    const { min, median, max } = spreadOf(values);
    return [name, ...[min, median, max].map(showNumber), note];
  });
  const more = findings.map((finding) => {
    const target = holds(finding) === undefined ? '' : ` (${showTarget(finding)}: ${verdictOn(finding)})`;
    return `- ${finding.name}: ${withUnit(finding.value, finding.unit)}${target}`;
  });
  const parts = [`**${question}** (${unit})`, table(['', 'min', 'median', 'max', ''], measured)];
  return [...parts, ...(more.length > 0 ? [more.join('\n')] : [])].join('\n\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
