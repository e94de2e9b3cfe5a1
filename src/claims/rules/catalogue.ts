import { EXPORTER_RULES } from '../exporter.js';
import {
  ACCOUNT_SUBJECT_RULES,
  AMBIGUOUS_NAME,
  KEY_FORM_RULES,
  LINE_BREAK,
  NULL_EXPORT_RULES,
  OPERATOR_SUBJECT_RULES,
  SUBJECT_TEXT_RULES,
} from '../hardening.js';
import { SUBJECT_RULES } from '../subjects.js';
import { CLUSTER_TRAFFIC_RULES } from './account.js';
import { ACTIVATION_RULES } from './activation.js';
import { AUTHORIZATION_REQUEST_RULES, AUTHORIZATION_RESPONSE_RULES } from './auth-callout.js';
import { ALLOWED_ACCOUNT_RULES, AUTH_USER_RULES, AUTHORIZATION_RULES, XKEY_RULES } from './authorization.js';
import { EXPORT_ENTRY_RULES, EXPORT_OVERLAP_RULES, EXPORT_RULES } from './exports.js';
import { IMPORT_ENTRY_RULES, IMPORT_OVERLAP_RULES, IMPORT_RULES } from './imports.js';
import { INFO_RULES } from './info.js';
import { SIGNING_KEY_RULES } from './keys.js';
import { COUNT_RULES, LIMIT_RULES, SELF_SIGNED_RULES, WILDCARD_RULES } from './limits.js';
import { MAPPED_SUBJECT_RULES, MAPPING_RULES, MAPPING_TOTAL_RULES } from './mappings.js';
import { ACCOUNT_SERVER_RULES, OPERATOR_KEY_RULES, OPERATOR_RULES, SERVICE_URL_RULES } from './operator.js';
import { PERMISSION_RULES } from './permissions.js';
import type { RuleInfo } from './rule.js';
import { TIME_RULES } from './time.js';
import { TRACE_RULES } from './trace.js';
import { SOURCE_RULES, TIME_RANGE_RULES, TIME_ZONE_RULES, USER_ISSUER_RULES } from './user.js';

/** The rules about one kind of part, as documentation lists them. */
export interface RuleListing {
  readonly title: string;
  /** JSON path pattern of the part. */
  readonly where: string;
  readonly rules: readonly RuleInfo[];
}

/** Every rule that `validate` applies, by the part that it is about. */
export const VALIDATION_RULES: readonly RuleListing[] = [
  TIME_RULES,
  SUBJECT_RULES,
  IMPORT_ENTRY_RULES,
  IMPORT_OVERLAP_RULES,
  IMPORT_RULES,
  EXPORT_ENTRY_RULES,
  EXPORT_RULES,
  EXPORT_OVERLAP_RULES,
  LIMIT_RULES,
  COUNT_RULES,
  WILDCARD_RULES,
  SELF_SIGNED_RULES,
  PERMISSION_RULES,
  MAPPED_SUBJECT_RULES,
  MAPPING_RULES,
  MAPPING_TOTAL_RULES,
  AUTHORIZATION_RULES,
  AUTH_USER_RULES,
  ALLOWED_ACCOUNT_RULES,
  XKEY_RULES,
  TRACE_RULES,
  SIGNING_KEY_RULES,
  INFO_RULES,
  CLUSTER_TRAFFIC_RULES,
  ACCOUNT_SERVER_RULES,
  SERVICE_URL_RULES,
  OPERATOR_KEY_RULES,
  OPERATOR_RULES,
  ACTIVATION_RULES,
  SOURCE_RULES,
  TIME_RANGE_RULES,
  TIME_ZONE_RULES,
  USER_ISSUER_RULES,
  AUTHORIZATION_REQUEST_RULES,
  AUTHORIZATION_RESPONSE_RULES,
];

/** Every rule beyond Go: those of `hardeningIssues`, H8 of `exporterIssues`, H12 of `trust.ts`. */
export const HARDENING_RULES: readonly RuleListing[] = [
  KEY_FORM_RULES,
  ACCOUNT_SUBJECT_RULES,
  OPERATOR_SUBJECT_RULES,
  NULL_EXPORT_RULES,
  { title: 'Ambiguous names', where: '(any object of header and payload)', rules: [AMBIGUOUS_NAME] },
  EXPORTER_RULES,
  SUBJECT_TEXT_RULES,
  { title: 'Text of tokens', where: '(the token)', rules: [LINE_BREAK] },
];

/** Every rule about the content of a token, each id once. */
export const RULES: readonly RuleInfo[] = [...VALIDATION_RULES, ...HARDENING_RULES].flatMap(
  (listing) => listing.rules,
);
