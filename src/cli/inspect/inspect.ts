import { undecorateJwt } from '../../claims/decorated.js';
import type { AccountKey } from '../../claims/keys.js';
import { readJwt } from '../../claims/verify.js';
import { type ConfigSources, readConfig } from '../../config/load.js';
import type { Config } from '../../config/schema.js';
import { EXIT } from '../exit-codes.js';
import type { InspectOutput } from '../invocation.js';
import type { Output, Surroundings } from '../ports.js';
import { printableJson } from '../printable.js';
import { styleFor } from '../style.js';
import { say, sayProblems, write } from '../talk.js';
import { answerLines, keyLine, tokenLine } from './json-lines.js';
import { type NamedOperator, NO_OPERATOR, readOperator } from './operator.js';
import { renderVerdict } from './render.js';
import { directoryStore, lookThrough } from './store-look-up.js';
import { readFile, readSubject } from './subject.js';
import { exitCodeOf, issueData, judge, undecodableData, type Verdict, verdictData } from './verdict.js';

/** What to inspect and how to show it. */
export interface Inspection {
  readonly subject: string;
  readonly output: InspectOutput;
}

/** Runs `inspect`. @returns the exit code, see {@link EXIT} */
export async function inspect(
  surroundings: Surroundings,
  inspection: Inspection,
  sources: ConfigSources,
): Promise<number> {
  const { stdin, stdout, stderr } = surroundings;
  if (inspection.output === 'jsonl-keys') return answerLines(stdin, stdout, keyLine);
  const loaded = readConfig(sources);
  if (!loaded.ok) {
    sayProblems(stderr, loaded);
    return EXIT.usage;
  }
  const operator = await findOperator(loaded.config);
  if (operator.problem !== undefined) say(stderr, [operator.problem]);
  if (operator.problem !== undefined && operator.operator === undefined) return EXIT.usage;
  if (inspection.output === 'jsonl') return answerLines(stdin, stdout, tokenLine(operator.operator));
  return inspectOne(surroundings, inspection, loaded.config, operator);
}

/** The operator that the options name, else that of the nsc directory that they name. */
async function findOperator(config: Config): Promise<NamedOperator> {
  const nowSeconds = Math.floor(Date.now() / 1000);
  if (config.operator !== undefined) {
    const file = await readFile(config.operator);
    if (file.kind === 'mistake') return { ...NO_OPERATOR, problem: file.message };
    return readOperator(file.bytes, config.operator, nowSeconds);
  }
  const store = config.store.nsc === undefined ? undefined : directoryStore(config);
  const bytes = store && (await lookThrough(store, undefined)).operator;
  return bytes === undefined
    ? NO_OPERATOR
    : readOperator(bytes, `${config.store.nsc}: its operator`, nowSeconds);
}

async function inspectOne(
  surroundings: Surroundings,
  { subject, output }: Inspection,
  config: Config,
  operator: NamedOperator,
): Promise<number> {
  const found = await findToken(subject, surroundings, config);
  if (found.kind === 'mistake') {
    say(surroundings.stderr, found.messages);
    return EXIT.usage;
  }
  return show(surroundings, found, operator, output);
}

type FoundToken =
  | { readonly kind: 'token'; readonly bytes: Uint8Array; readonly source: string | undefined }
  | { readonly kind: 'mistake'; readonly messages: readonly string[] };

async function findToken(text: string, { stdin }: Surroundings, config: Config): Promise<FoundToken> {
  const subject = await readSubject(text, stdin);
  switch (subject.kind) {
    case 'mistake':
      return { kind: 'mistake', messages: [subject.message] };
    case 'account':
      return findAccount(subject.accountKey, config);
    case 'bytes':
      return { kind: 'token', bytes: undecorateJwt(subject.bytes), source: undefined };
  }
}

async function findAccount(accountKey: AccountKey, config: Config): Promise<FoundToken> {
  const store = directoryStore(config);
  if (store === undefined)
    return {
      kind: 'mistake',
      messages: ['to look up an account key, name the store: --nsc DIR or --dir DIR'],
    };
  const { found, problems } = await lookThrough(store, accountKey);
  const [newest] = found;
  if (newest === undefined)
    return { kind: 'mistake', messages: [`${accountKey} is not in the ${store.description}`, ...problems] };
  return { kind: 'token', bytes: Buffer.from(newest.jwt.text), source: newest.slot };
}

type Token = Extract<FoundToken, { kind: 'token' }>;

async function show(
  { stdout, stderr, env }: Surroundings,
  { bytes, source }: Token,
  { operator, name: operatorName }: NamedOperator,
  output: InspectOutput,
): Promise<number> {
  const nowSeconds = Math.floor(Date.now() / 1000);
  const read = readJwt(bytes);
  if (!read.ok) {
    if (output === 'json') await writeJson(stdout, undecodableData(read.problem.message, operator));
    else say(stderr, [`this is no token: ${read.problem.message}`]);
    return EXIT.undecodable;
  }
  const verdict = judge(read.value, { operator, nowSeconds });
  if (output === 'json') await writeJson(stdout, fullData(verdict, source));
  else
    await write(
      stdout,
      renderVerdict(verdict, { style: styleFor(stdout, env), nowSeconds, source, operatorName }),
    );
  return exitCodeOf(verdict);
}

function fullData(verdict: Verdict, source: string | undefined): object {
  return {
    ...(source !== undefined && { source }),
    ...verdictData(verdict),
    hardening_issues: verdict.hardening.map(issueData),
    claims: verdict.jwt.claims,
  };
}

function writeJson(output: Output, data: object): Promise<void> {
  return write(output, `${printableJson(data, 2)}\n`);
}
