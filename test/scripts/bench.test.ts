import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readArguments, USAGE } from '../../bench/arguments.js';
import { readAbReport } from '../../bench/load/ab-report.js';
import { sizesOf } from '../../bench/plan.js';
import type { Report, Topic } from '../../bench/report/answer.js';
import { showMarkdown } from '../../bench/report/markdown.js';
import { PROJECT_ROOT } from '../support/real-program.js';
import { type Ended, runProgram } from '../support/run-program.js';
import { tempDir } from '../support/temp.js';

/** What `npm run bench` runs. */
const bench = (...args: string[]): Promise<Ended> =>
  runProgram(process.execPath, [join(PROJECT_ROOT, 'bench/run.mjs'), ...args], { cwd: PROJECT_ROOT });

test('a question is asked and answered; answers that were saved are shown again', async () => {
  const measured = await bench('--quick', '--only', 'change', '--accounts', '20', '--json');
  expect(measured.code, measured.stderr).toBe(0);
  const report = JSON.parse(measured.stdout);
  expect(report.setting).toMatchObject({ 'Node.js': process.version });
  expect(report.topics).toMatchObject([{ name: 'change', answers: [{ unit: 'ms' }] }]);
  const [answer] = report.topics[0].answers;
  expect(answer.rows.map(({ values }: { values: number[] }) => values.length)).toEqual([10, 10]);
  const [finding] = answer.findings;
  expect(finding).toMatchObject({ value: expect.any(Number), atMost: 50 });

  // Whatever was reached on this machine: what is shown for a target that holds and one that does not.
  answer.findings = [49, 51].map((value) => ({ ...finding, value }));
  const file = join(tempDir('nas-bench-report-'), 'report.json');
  writeFileSync(file, JSON.stringify(report));
  const shown = await bench('--from', file, '--check');
  expect(shown).toMatchObject({ code: 1 });
  expect(shown.stdout).toMatch(/min +median +max +ms\nwritten in place/);
  expect(shown.stdout).toMatch(/^holds .*: 49\.0 ms \(at most 50\)\nMISSED .*: 51\.0 ms \(at most 50\)$/m);
});

test('options that make no sense are not guessed at', () => {
  for (const args of [['--only', 'everything'], ['--accounts', 'many'], ['--fast'], ['get']]) {
    expect(readArguments(args), args.join(' ')).toBeUndefined();
  }
  expect(USAGE).toMatch(/--only[\s\S]*boot +starts/);
});

test('the usual numbers of accounts, no more than quick allows, or those that are asked for', () => {
  const sizes = (...args: string[]) => sizesOf(readArguments(args)?.plan ?? {}, [1_000, 100_000]);
  expect(sizes()).toEqual([1_000, 100_000]);
  expect(sizes('--quick')).toEqual([10_000]);
  expect(sizes('--accounts', '20,300')).toEqual([20, 300]);
});

test('Markdown for the documentation', () => {
  const rows = [{ name: 'ours', values: [3, 1000, 2], note: 'p99 1 ms' }];
  const findings = [{ name: 'ours / theirs', value: 0.123456, unit: '', atLeast: 0.1 }];
  const answers = [{ question: 'How fast?', unit: 'ms', rows, findings }];
  const start = (accounts: number, ms: number): Topic => ({
    name: 'boot',
    accounts,
    seconds: 1,
    answers: [
      {
        question: `Start with ${accounts.toLocaleString('en')} accounts`,
        unit: 'ms',
        rows: [{ name: 'ours', values: [ms] }],
        findings: [],
      },
    ],
  });
  const topics = [{ name: 'get', seconds: 1, answers }, start(1_000, 150), start(11_000, 650)];
  const report: Report = { setting: { Cores: '2' }, topics };
  const tables = showMarkdown(report);
  expect(tables).toContain('| Cores | 2 |');
  expect(tables).toContain('| ours / theirs | at least 0.1 | 0.123 | holds |');
  expect(tables).toContain('**How fast?** (ms)');
  expect(tables).toContain('| Start with N accounts: ours | ms | 150 | 650 | 100 | 50.0 |');
  expect(tables).toContain('| ours | 2.00 | 3.00 | 1,000 | p99 1 ms |');
});

test('what ab prints is understood', () => {
  const report = [
    'Complete requests:      81234',
    'Failed requests:        2',
    'Non-2xx responses:      81234',
    'Requests per second:    27077.91 [#/sec] (mean)',
    'Percentage of the requests served within a certain time (ms)',
    '  50%      2',
    '  99%      5',
    ' 100%     17 (longest request)',
  ].join('\n');
  const counts = { requests: 81234, failures: 2, refusals: 81234, p50: 2, p99: 5 };
  expect(readAbReport(report)).toEqual({ ...counts, requestsPerSecond: 27077.91 });
  expect(() => readAbReport('apr_socket_recv: Connection refused')).toThrow('Complete requests');
});
