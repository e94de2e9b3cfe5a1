import { readFileSync } from 'node:fs';
import { type Format, readArguments, USAGE } from './arguments.js';
import { Bench } from './bench.js';
import { askAll, withProfiles } from './interview.js';
import { Progress } from './progress.js';
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
  print(showAtEnd(report, format));
  const isMissed = targetsOf(report).some((finding) => holds(finding) === false);
  const hasFailed = report.topics.some(({ failure }) => failure !== undefined);
  return hasFailed || (isStrict && isMissed) ? 1 : 0;
}

/** As text the answers stand there already. */
function showAtEnd(report: Report, format: Format): string {
  if (format === 'text') return showTargets(targetsOf(report));
  return format === 'json' ? JSON.stringify(report, null, 1) : showMarkdown(report);
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

type Given = NonNullable<ReturnType<typeof readArguments>>;

/** Prints each answer as soon as there is one, as far as text is wanted. */
async function measure({ names, plan, format, hasProfiles }: Given): Promise<Report> {
  stayOffServerCore();
  const progress = new Progress();
  const setting = describeSetting(plan);
  if (format === 'text') print(showSetting(setting));
  const bench = new Bench(plan, (text) => progress.say(text));
  const topics: Topic[] = [];
  const stayAfterAll = leaveOnSignal(() => {
    print(showAtEnd({ setting, topics }, format));
    bench.close();
  });
  try {
    for await (const topic of askAll(names, bench)) {
      topics.push(topic);
      progress.clear();
      if (topic.failure !== undefined) process.stderr.write(`${topic.name}: ${topic.failure}\n`);
      if (format === 'text') print(topic.answers.map(showAnswer).join('\n'));
    }
    return { setting, topics: hasProfiles ? await withProfiles(topics, bench) : topics };
  } finally {
    progress.say('removing the accounts');
    bench.close();
    progress.clear();
    stayAfterAll();
  }
}

/** Leaves nothing behind when somebody has seen enough. @returns to be called when that is over */
function leaveOnSignal(tidyUp: () => void): () => void {
  const leave = () => {
    killServers();
    tidyUp();
    process.exit(130);
  };
  process.once('SIGINT', leave).once('SIGTERM', leave);
  return () => void process.off('SIGINT', leave).off('SIGTERM', leave);
}
