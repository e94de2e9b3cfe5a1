import type { Bench } from './bench.js';
import { QUICK, sizesOf } from './plan.js';
import { Profile } from './profile.js';
import { QUESTIONS } from './questions.js';
import { type Finding, holds, type Topic } from './report/answer.js';

/** Asks questions by name, each for all its numbers of accounts. */
export async function* askAll(names: readonly string[], bench: Bench): AsyncGenerator<Topic> {
  for (const name of names) {
    const sizes = QUESTIONS.get(name)?.sizes;
    for (const size of sizes === undefined ? [undefined] : sizesOf(bench.plan, sizes)) {
      yield await ask(name, size, bench);
    }
  }
}

async function ask(name: string, size: number | undefined, bench: Bench): Promise<Topic> {
  bench.say(name);
  const startedAt = performance.now();
  const given = await answersTo(name, size ?? 0, bench);
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  return { name, ...(size !== undefined && { accounts: size }), seconds, ...given };
}

/** One question that cannot be answered does not take the answers to the others away. */
async function answersTo(
  name: string,
  size: number,
  bench: Bench,
): Promise<Pick<Topic, 'answers' | 'failure'>> {
  try {
    return { answers: (await QUESTIONS.get(name)?.ask(bench, size)) ?? [] };
  } catch (error) {
    return { answers: [], failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

const isMissed = (finding: Finding): boolean => holds(finding) === false;
const hasMissed = ({ answers }: Topic): boolean => answers.some(({ findings }) => findings.some(isMissed));

/** Asks what missed a target once more, of this project's server alone, and notes where its time goes. */
export async function withProfiles(topics: readonly Topic[], bench: Bench): Promise<Topic[]> {
  const noted: Topic[] = [];
  for (const topic of topics) {
    noted.push(topic.accounts !== undefined && hasMissed(topic) ? await withProfile(topic, bench) : topic);
  }
  return noted;
}

async function withProfile(topic: Topic, bench: Bench): Promise<Topic> {
  const summary = new Profile();
  try {
    await ask(topic.name, topic.accounts, bench.profiled({ ...QUICK, rounds: 1 }, summary));
    const profile = summary.summary();
    const answers = topic.answers.map((answer) => ({
      ...answer,
      findings: answer.findings.map((finding) => (isMissed(finding) ? { ...finding, profile } : finding)),
    }));
    return { ...topic, answers };
  } finally {
    summary.remove();
  }
}
