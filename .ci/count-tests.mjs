/**
 * Adds up what vitest's JSON reporter wrote: `count-tests.mjs RUN… DIRECTORY`, with one RUN.json each in the directory.
 * Prints a line per run and, last, the sum; exits with 1 when a test failed, one was skipped that `may-skip` does not
 * list, or a run left no result.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const directory = process.argv.at(-1);
const runs = process.argv.slice(2, -1);

/** Ends of full names; comments and empty lines are left out. */
const maySkip = readFileSync(new URL('may-skip', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));

/** A file that does not even load has no tests; it counts as one that failed. */
function countOf(run) {
  const report = JSON.parse(readFileSync(join(directory, `${run}.json`), 'utf8'));
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  const tests = report.testResults.flatMap((file) => file.assertionResults);
  const skipped = tests.filter((test) => test.status !== 'passed' && test.status !== 'failed');
  return {
    passed: tests.filter((test) => test.status === 'passed').length,
    failed: tests.filter((test) => test.status === 'failed').length + broken.length,
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

const total = { passed: 0, failed: 0, skipped: 0 };
let isSound = true;
for (const run of runs) {
  const count = countOrNothing(run);
  console.log(`${run}: ${count === undefined ? 'no result' : inWords(count)}`);
  for (const name of count?.wronglySkipped ?? [])
    console.log(`error: skipped, and not listed in .ci/may-skip: ${name}`);
  for (const key of Object.keys(total)) total[key] += count?.[key] ?? 0;
  isSound &&= count !== undefined && count.failed === 0 && count.wronglySkipped.length === 0;
}
console.log(inWords(total));
process.exitCode = isSound && total.passed > 0 ? 0 : 1;
