/**
 * Adds up what vitest's JSON reporter wrote: `count-tests.mjs RUN… DIRECTORY`, with one RUN.json each in the directory.
 * Prints a line per run and, last, the sum; exits with 1 when a test failed, was skipped, or a run left no result.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const directory = process.argv.at(-1);
const runs = process.argv.slice(2, -1);

/** A file that does not even load has no tests; it counts as one that failed. */
function countOf(run) {
  try {
    const report = JSON.parse(readFileSync(join(directory, `${run}.json`), 'utf8'));
    const broken = report.testResults.filter(
      (file) => file.status === 'failed' && file.assertionResults.length === 0,
    );
    return {
      run,
      passed: report.numPassedTests,
      failed: report.numFailedTests + broken.length,
      skipped: report.numPendingTests + report.numTodoTests,
    };
  } catch {
    return { run, passed: 0, failed: 0, skipped: 0, missing: true };
  }
}

const inWords = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;

const counts = runs.map(countOf);
for (const count of counts) console.log(`${count.run}: ${count.missing ? 'no result' : inWords(count)}`);
const sum = (key) => counts.reduce((total, count) => total + count[key], 0);
const total = { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
if (total.skipped > 0) console.log('error: a test was skipped; here every test has to run');
console.log(inWords(total));
process.exitCode =
  total.failed + total.skipped > 0 || total.passed === 0 || counts.some((count) => count.missing) ? 1 : 0;
