import { withoutLineEnds } from './base64url.js';
import { operatorDidSign } from './did-sign.js';
import type { Issue } from './issues.js';
import type { VerifiedJwt } from './jwt.js';
import { decodeBase32, isAccountKey, isOperatorKey, keyKind } from './keys.js';
import { goAcceptsKey } from './keys-go.js';
import { keysIn, subjectsIn } from './places.js';
import { importToken } from './rules/import-token.js';
import { forbidsWildcards } from './rules/limits.js';
import { quote } from './rules/quote.js';
import { error, type RuleInfo, type RuleTable, report } from './rules/rule.js';
import type { AccountBody, AccountClaims, Claims, Export, OperatorClaims } from './types.js';

const KEY_TEXT = /^[A-Z2-7]{56}$/;
/** Bits of the prefix byte that say nothing about the kind of a key. */
const ODD_BITS = 0x07;

/** H1, H2: what Go takes for a key though it is none. */
export const KEY_FORM_RULES: RuleTable<string> = {
  title: 'Keys that Go takes and that are none',
  where: '(any key)',
  rules: [
    error(
      'H1',
      '',
      'The key is not 56 letters A–Z and digits 2–7: shorter, longer, or with line ends.',
      (key) =>
        !KEY_TEXT.test(key) && `${quote(key)} passes for a key in Go, but is not 56 letters A–Z and 2–7.`,
    ),
    error(
      'H2',
      '',
      'The key has bits in its first byte that no kind of key has.',
      (key) => ((decodeBase32(withoutLineEnds(key))?.[0] ?? 0) & ODD_BITS) !== 0,
    ),
  ],
};

/** H3: whom the token is about. */
export const ACCOUNT_SUBJECT_RULES: RuleTable<Claims> = {
  title: 'Account and activation tokens: subject',
  where: '',
  rules: [
    error(
      'H3',
      'sub',
      'The subject of an account or an activation token is not an account key.',
      ({ sub }) => !isAccountKey(sub) && `The subject ${quote(sub)} is not an account key.`,
    ),
  ],
};

/** H4: an operator speaks for itself. */
export const OPERATOR_SUBJECT_RULES: RuleTable<OperatorClaims> = {
  title: 'Operator tokens: subject and signer',
  where: '',
  rules: [
    error(
      'H4',
      'sub',
      'The subject is not an operator key, or the operator did not sign itself.',
      (claims) => {
        if (!isOperatorKey(claims.sub)) return `The subject ${quote(claims.sub)} is not an operator key.`;
        return !operatorDidSign(claims, claims) && 'The operator token is not signed by that operator.';
      },
    ),
  ],
};

/** H5: what makes Go crash. */
export const NULL_EXPORT_RULES: RuleTable<Export | null> = {
  title: 'Null exports',
  where: 'nats.exports[]',
  rules: [
    error(
      'H5',
      '',
      'The export is null where wildcards in exports are forbidden: Go programs crash.',
      (entry) => entry === null,
    ),
  ],
};

/** H6: found while decoding, see `decodeHardening`. */
export const AMBIGUOUS_NAME: RuleInfo = {
  id: 'H6',
  severity: 'error',
  field: '',
  meaning: 'A name occurs twice in one object, or is that of a known field but for its case.',
};

const CONTROL_CHARACTER = /[\x00-\x1f\x7f-\x9f]/;

/** H9: subjects that could break a protocol line or a log. */
export const SUBJECT_TEXT_RULES: RuleTable<string> = {
  title: 'Text of subjects',
  where: '(any subject)',
  rules: [
    error(
      'H9',
      '',
      'The subject has a control character.',
      (subject) =>
        CONTROL_CHARACTER.test(subject) && `The subject ${quote(subject)} has a control character.`,
    ),
  ],
};

/** H12: a token is kept and sent as one line; `trust.ts` looks at it. */
export const LINE_BREAK: RuleInfo = {
  id: 'H12',
  severity: 'error',
  field: '',
  meaning: 'The signed part of the token holds a line break, so that it cannot be kept as one line.',
};

/**
 * Why a safe server refuses a token, or part of it, though Go takes it: the rules H1–H6 and H9, each an error; the
 * activation tokens inside imports are looked at as well. Empty: nothing. Go's own findings are those of `validate`.
 */
export function hardeningIssues(jwt: VerifiedJwt): Issue[] {
  const { claims } = jwt;
  const issues: Issue[] = [...jwt.decodeHardening];
  keyIssues(claims, issues);
  subjectIssues(claims, issues);
  for (const place of subjectsIn(claims)) report(SUBJECT_TEXT_RULES, place.subject, place.path, issues);
  if (claims.kind === 'account') {
    nullExportIssues(claims.nats, issues);
    tokenIssues(claims, issues);
  }
  return issues;
}

function keyIssues(claims: Claims, issues: Issue[]): void {
  if (keyKind(claims.iss) === undefined) report(KEY_FORM_RULES, claims.iss, 'iss', issues);
  for (const { path, text, kind } of keysIn(claims)) {
    const onlyGoTakesIt = keyKind(text) === undefined && goAcceptsKey(text, kind);
    if (onlyGoTakesIt) report(KEY_FORM_RULES, text, path, issues);
  }
}

function subjectIssues(claims: Claims, issues: Issue[]): void {
  if (claims.kind === 'operator') report(OPERATOR_SUBJECT_RULES, claims, '', issues);
  if (claims.kind === 'account' || claims.kind === 'activation') {
    report(ACCOUNT_SUBJECT_RULES, claims, '', issues);
  }
}

function nullExportIssues({ exports, limits }: AccountBody, issues: Issue[]): void {
  if (!forbidsWildcards(limits)) return;
  for (const [index, entry] of exports.entries()) {
    report(NULL_EXPORT_RULES, entry, `nats.exports[${index}]`, issues);
  }
}

/** The activation tokens inside imports, judged as tokens of their own. */
function tokenIssues({ nats }: AccountClaims, issues: Issue[]): void {
  for (const [index, entry] of nats.imports.entries()) {
    const token = entry === null ? undefined : importToken(entry);
    if (token?.ok !== true) continue;
    const path = `nats.imports[${index}].token`;
    for (const issue of hardeningIssues(token.value)) {
      issues.push({
        ...issue,
        path,
        description: `At ${issue.path} of the activation token: ${issue.description}`,
      });
    }
  }
}
