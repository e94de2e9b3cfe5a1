import { spreadOf } from '../statistics.js';
import { type Answer, type Finding, holds, type Report, targetsOf } from './answer.js';
import { type Growth, growthOf } from './growth.js';
import { showNumber, showTarget, verdictOn } from './words.js';

/** A report as Markdown, for docs/performance.md. */
export function showMarkdown(report: Report): string {
  const setting = Object.entries(report.setting);
  const targets = targetsOf(report);
  return [
    table(['What', 'Here'], setting),
    table(['Target', 'Asked', 'Measured', ''], targets.map(targetCells)),
    ...showProfiles(targets),
    showGrowth(growthOf(report.topics)),
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

/** One block for all that were asked together. */
function showProfiles(findings: readonly Finding[]): string[] {
  const names = new Map<string, string[]>();
  for (const { name, profile = [] } of findings.filter((finding) => holds(finding) === false)) {
    const text = profile.join('\n');
    names.set(text, [...(names.get(text) ?? []), `- ${name}`]);
  }
  return [...names]
    .filter(([profile]) => profile !== '')
    .map(
      ([profile, missed]) =>
        `Missed, and where the time goes:\n\n${missed.join('\n')}\n\n\`\`\`\n${profile}\n\`\`\``,
    );
}

/** Medians by number of accounts. */
function showGrowth(growth: readonly Growth[]): string {
  const sizes = [...new Set(growth.flatMap(({ points }) => [...points.keys()]))].sort((a, b) => a - b);
  const rows = growth.map(({ name, unit, points, base, perThousand }) => [
    name,
    unit,
    ...sizes.map((size) => (points.has(size) ? showNumber(points.get(size) ?? 0) : '')),
    showNumber(base),
    showNumber(perThousand),
  ]);
  const heads = sizes.map((size) => `N = ${size.toLocaleString('en')}`);
  return table(['What', 'Unit', ...heads, 'N = 0', '1,000 more'], rows);
}

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
