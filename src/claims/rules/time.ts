import type { Int64, StandardClaims } from '../types.js';
import { type RuleTable, timeCheck } from './rule.js';

/** The two fields that tell when claims are valid, and the second at which they are judged. */
export interface ValidityPart extends Pick<StandardClaims, 'exp' | 'nbf'> {
  readonly nowSeconds: number;
}

/** C1, C2: no allowance for clock skew; the second of `exp` itself is still valid. Source: jwt v2/claims.go. */
export const TIME_RULES: RuleTable<ValidityPart> = {
  title: 'Validity in time',
  where: '',
  rules: [
    timeCheck(
      'C1',
      'exp',
      'The token is expired.',
      ({ exp, nowSeconds }) => exp > 0 && nowSeconds > exp && `The token expired${at(exp)}.`,
    ),
    timeCheck(
      'C2',
      'nbf',
      'The token is not yet valid.',
      ({ nbf, nowSeconds }) => nbf > 0 && nbf > nowSeconds && `The token is not valid until${at(nbf)}.`,
    ),
  ],
};

/** Seconds of the greatest date that JavaScript knows. */
const LAST_DATE_SECONDS = 8.64e12;

function at(seconds: Int64): string {
  if (seconds > LAST_DATE_SECONDS) return ` second ${seconds}`;
  return ` ${new Date(Number(seconds) * 1000).toISOString().replace('.000', '')}`;
}
