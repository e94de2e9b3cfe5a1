import { HARDENING_RULES, type RuleListing, VALIDATION_RULES } from './catalogue.js';
import type { RuleInfo } from './rule.js';

const SEVERITY: Readonly<Record<RuleInfo['severity'], string>> = {
  error: 'error',
  time: 'time check',
  warning: 'warning',
};

const INTRODUCTION = `# Rules for tokens

Every issue that the service reports about a JWT names a rule of this page. An **error** always blocks. A **time check**
blocks where time counts: a push is refused, a token in a directory is still served. A **warning** never blocks.

Paths are JSON paths into the payload of the token. A mapping or a signing key is named by its subject or its key, as in
\`nats.mappings["orders.*"][0].weight\`. A rule that asks for a subject or for other rules names in brackets which of them
was broken: \`I8 … (S2)\` is an import whose subject has a space.

<!-- Written from src/claims/rules: \`npm run docs\`. -->

## The rules of Go

They agree, finding for finding, with what the Go library nats-io/jwt v2 says, and so with what nats-servers accept.
`;

const HARDENING = `## Rules beyond Go

Go takes such tokens; this service refuses them, since other programs would misread them or be harmed.
`;

/** The documentation of all rules, as Markdown: `docs/rules.md`. */
export function rulesPage(): string {
  return [INTRODUCTION, ...VALIDATION_RULES.map(section), HARDENING, ...HARDENING_RULES.map(section)].join(
    '\n',
  );
}

function section({ title, where, rules }: RuleListing): string {
  const rows = rules.map(
    (rule) => `| ${rule.id} | ${SEVERITY[rule.severity]} | ${pathOf(where, rule.field)} | ${rule.meaning} |`,
  );
  return `### ${title}\n\n| Rule | Severity | About | What is wrong |\n|---|---|---|---|\n${rows.join('\n')}\n`;
}

function pathOf(where: string, field: string): string {
  if (where.startsWith('(')) return where.slice(1, -1);
  const path = [where, field].filter((part) => part !== '').join('.');
  return `\`${path}\``;
}
