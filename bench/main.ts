import { readFileSync } from 'node:fs';
import { type Format, readArguments, USAGE } from './arguments.js';
import { Bench } from './bench.js';
import { Progress } from './progress.js';
import { QUESTIONS } from './questions.js';
import { holds, type Report, type Topic, targetsOf } from './report/answer.js';
import { showMarkdown } from './report/markdown.js';
import { showAnswer, showSetting, showTargets } from './report/text.js';
import { stayOffServerCore } from './server/cores.js';
import { killServers } from './server/process.js';
import { describeSetting } from './setting.js';

/** Asks the questions and prints the answers; resolves with the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const given = readArguments(argv);
  if (given === undefined) {
    process.stderr.write(USAGE);
    return 2;
  }
  const { format, from, isStrict } = given;
  const report = from === undefined ? await measure(given) : readReport(from, format);
  if (format === 'text') print(showTargets(targetsOf(report)));
  else print(format === 'json' ? JSON.stringify(report, null, 1) : showMarkdown(report));
  return isStrict && targetsOf(report).some((finding) => holds(finding) === false) ? 1 : 0;
}

const print = (text: string) => process.stdout.write(`${text}\n`);

/** What `--json` wrote. */
function readReport(file: string, format: Format): Report {
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  if (format === 'text') {
    print(showSetting(report.setting));
    for (const { answers } of report.topics) print(answers.map(showAnswer).join('\n'));
  }
  return report;
}

/** Prints each answer as soon as there is one, as far as text is wanted. */
async function measure({
  names,
  plan,
  format,
}: NonNullable<ReturnType<typeof readArguments>>): Promise<Report> {
  stayOffServerCore();
  const progress = new Progress();
  const setting = describeSetting(plan);
  if (format === 'text') print(showSetting(setting));
  const topics: Topic[] = [];
  const bench = new Bench(plan, (text) => progress.say(text));
  const leave = leaveOnSignal(bench);
  try {
    for (const name of names) {
      const startedAt = performance.now();
      const answers = (await QUESTIONS.get(name)?.ask(bench)) ?? [];
      topics.push({ name, seconds: Math.round((performance.now() - startedAt) / 1000), answers });
      progress.clear();
      if (format === 'text') print(answers.map(showAnswer).join('\n'));
    }
  } finally {
    progress.say('removing the accounts');
    bench.close();
    progress.clear();
    leave();
  }
  return { setting, topics };
}

/** Leaves nothing behind when somebody has seen enough. @returns to be called when that is over */
function leaveOnSignal(bench: Bench): () => void {
  const leave = () => {
    killServers();
    bench.close();
    process.exit(130);
  };
  process.once('SIGINT', leave).once('SIGTERM', leave);
  return () => void process.off('SIGINT', leave).off('SIGTERM', leave);
}
