/**
 * Adds up what vitest's JSON reporter wrote: `count-tests.mjs RUN… DIRECTORY`, with one RUN.json each in the directory.
 * Prints each failed test with the beginning of its error, a line per run and, last, the sum; exits with 1 when a test
 * failed, one was skipped that `may-skip` does not list, or a run left no result.
 */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const directory = process.argv.at(-1);
const runs = process.argv.slice(2, -1);

/** Ends of full names; comments and empty lines are left out. */
const maySkip = readFileSync(new URL('may-skip', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));

/** Who reads the end of a log wants to see what failed, of many the first. */
const MOST_FAILURES = 40;
const ERROR_LINES = 4;

/** A file that fails without a test that did, since it does not load or its `beforeAll` throws, counts as one that failed. */
function failuresIn({ name: path, message, status, assertionResults }, root) {
  const file = relative(root, path);
  const failed = assertionResults.filter((test) => test.status === 'failed');
  if (failed.length === 0) return status === 'failed' ? [{ name: file, error: message }] : [];
  return failed.map(({ fullName, failureMessages }) => ({
    name: `${file} > ${fullName}`,
    error: failureMessages.join('\n'),
  }));
}

function countOf(run) {
  const report = JSON.parse(readFileSync(join(directory, `${run}.json`), 'utf8'));
  const root = join(directory, '../test');
  const failures = report.testResults.flatMap((file) => failuresIn(file, root));
  const tests = report.testResults.flatMap((file) => file.assertionResults);
  const skipped = tests.filter((test) => test.status !== 'passed' && test.status !== 'failed');
  return {
    passed: tests.filter((test) => test.status === 'passed').length,
    failed: failures.length,
    failures,
    // An error that belongs to no test, such as a promise that nobody handled.
    isWhole: report.success || failures.length > 0,
    skipped: skipped.length,
    wronglySkipped: skipped
      .map((test) => test.fullName)
      .filter((name) => !maySkip.some((end) => name.endsWith(end))),
  };
}

function countOrNothing(run) {
  try {
    return countOf(run);
  } catch {
    return undefined;
  }
}

const inWords = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;

/** The name of a failed test and the first lines of its error. */
function describe(run, { name, error = '' }) {
  const lines = stripVTControlCharacters(error)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, ERROR_LINES);
  return [`FAILED in ${run}: ${name}`, ...lines.map((line) => `    ${line.slice(0, 300)}`)].join('\n');
}

const counts = runs.map((run) => [run, countOrNothing(run)]);
const failures = counts.flatMap(([run, count]) =>
  (count?.failures ?? []).map((failure) => describe(run, failure)),
);
for (const failure of failures.slice(0, MOST_FAILURES)) console.log(failure);
if (failures.length > MOST_FAILURES) console.log(`and ${failures.length - MOST_FAILURES} more`);

const total = { passed: 0, failed: 0, skipped: 0 };
let isSound = true;
for (const [run, count] of counts) {
  console.log(`${run}: ${count === undefined ? 'no result' : inWords(count)}`);
  if (count?.isWhole === false)
    console.log('error: something failed outside of all tests, see the log of the run');
  for (const name of count?.wronglySkipped ?? [])
    console.log(`error: skipped, and not listed in .ci/may-skip: ${name}`);
  for (const key of Object.keys(total)) total[key] += count?.[key] ?? 0;
  isSound &&= count?.isWhole === true && count.failed === 0 && count.wronglySkipped.length === 0;
}
console.log(inWords(total));
process.exitCode = isSound && total.passed > 0 ? 0 : 1;
