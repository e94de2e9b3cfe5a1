import { spreadOf } from '../statistics.js';
import { type Answer, type Finding, holds, type Report } from './answer.js';
import { showNumber, showTarget, verdictOn } from './words.js';

/** What the figures belong to, a line each. */
export const showSetting = (setting: Report['setting']): string =>
  Object.entries(setting)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');

/** An answer as text for people. */
export function showAnswer({ question, unit, rows, findings }: Answer): string {
  const width = Math.max(...rows.map(({ name }) => name.length));
  const head = `${''.padEnd(width)}  ${['min', 'median', 'max'].map((word) => word.padStart(10)).join('')}  ${unit}`;
  const lines = rows.map(({ name, values, note = '' }) => {
    const spread = spreadOf(values);
    const numbers = [spread.min, spread.median, spread.max].map((value) => showNumber(value).padStart(10));
    return `${name.padEnd(width)}  ${numbers.join('')}  ${note}`.trimEnd();
  });
  return ['', question, head, ...lines, ...findings.map((finding) => `  ${showFinding(finding)}`)].join('\n');
}

function showFinding(finding: Finding): string {
  const verdict = holds(finding) === undefined ? '' : `: ${verdictOn(finding)}`;
  return `${showMeasured(finding)}${verdict}`;
}

function showMeasured(finding: Finding): string {
  const { name, value, unit } = finding;
  const target = holds(finding) === undefined ? '' : ` (${showTarget(finding)})`;
  return `${name}: ${showNumber(value)}${unit === '' ? '' : ` ${unit}`}${target}`;
}

/** All targets, one a line; under one that was missed, where the time goes. */
export function showTargets(findings: readonly Finding[]): string {
  const lines = findings.flatMap((finding, index) => {
    const profile = finding.profile ?? [];
    // Once for all that were asked together.
    const isRepeated = findings[index + 1]?.profile?.join() === profile.join();
    const line = `${verdictOn(finding).padEnd(6)}  ${showMeasured(finding)}`;
    return [line, ...(isRepeated ? [] : profile.map((share) => `          ${share}`))];
  });
  return lines.length === 0 ? '' : ['', 'Targets', ...lines].join('\n');
}
