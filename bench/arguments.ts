import { parseArgs } from 'node:util';
import { FULL, type Plan, QUICK } from './plan.js';
import { QUESTIONS } from './questions.js';

/** How the answers are printed. */
export type Format = 'text' | 'json' | 'markdown';

/** What to do. */
export interface Arguments {
  readonly names: readonly string[];
  readonly plan: Plan;
  readonly format: Format;
  /** A report that was saved with `--json`, to be shown instead of measuring. */
  readonly from?: string;
  readonly isStrict: boolean;
  /** Whether to look where the time goes when a target is missed. */
  readonly hasProfiles: boolean;
}

const LIST = [...QUESTIONS].map(([name, { about }]) => `    ${name.padEnd(12)} ${about}`).join('\n');

export const USAGE = `usage: npm run bench -- [options]

  --only NAMES     some questions, with commas between
${LIST}
  --accounts N     with so many accounts (or several numbers, with commas between) instead of 1,000, 10,000 and 100,000
  --quick          one number of accounts, 10,000 at most, shorter rounds, no profiles: shows that it works rather than how fast it is
  --profile        says where the time goes where a target is missed, with --quick too
  --json           prints JSON instead of tables
  --markdown       prints Markdown instead of tables
  --from FILE      shows what --json printed into this file, and measures nothing
  --check          ends with 1 when a target is missed
`;

/** Reads the command line; undefined when it makes no sense. */
export function readArguments(argv: readonly string[]): Arguments | undefined {
  try {
    const { values } = parseArgs({ args: [...argv], options: OPTIONS });
    const names = values.only?.split(',') ?? [...QUESTIONS.keys()];
    const sizes = values.accounts?.split(',').map(Number);
    if (!names.every((name) => QUESTIONS.has(name))) return undefined;
    if (sizes?.some((size) => !Number.isInteger(size) || size < 1)) return undefined;
    return {
      names,
      plan: { ...(values.quick ? QUICK : FULL), ...(sizes !== undefined && { sizes }) },
      format: values.json ? 'json' : values.markdown ? 'markdown' : 'text',
      ...(values.from !== undefined && { from: values.from }),
      isStrict: values.check,
      hasProfiles: values.profile || !values.quick,
    };
  } catch {
    return undefined;
  }
}

const OPTIONS = {
  only: { type: 'string' },
  accounts: { type: 'string' },
  quick: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  markdown: { type: 'boolean', default: false },
  from: { type: 'string' },
  profile: { type: 'boolean', default: false },
  check: { type: 'boolean', default: false },
} as const;
