import { undecorateJwt } from '../../claims/decorated.js';
import { trustOperator } from '../../claims/trust.js';
import { readOperatorJwt } from '../../claims/verify.js';
import type { Judge } from './verdict.js';

/** The operator whose trust is asked for; `problem` says why there is none to ask. */
export interface NamedOperator {
  readonly operator: Judge['operator'];
  readonly name: string | undefined;
  readonly problem?: string;
}

/** Nobody was named. */
export const NO_OPERATOR: NamedOperator = { operator: undefined, name: undefined };

/** Takes up an operator JWT, plain or decorated. One that cannot be relied on (H4) trusts nothing. */
export function readOperator(bytes: Uint8Array, source: string, nowSeconds: number): NamedOperator {
  const jwt = readOperatorJwt(undecorateJwt(bytes));
  if (!jwt.ok) return { ...NO_OPERATOR, problem: `${source} is no operator JWT: ${jwt.problem.message}` };
  const trusted = trustOperator(jwt.value, nowSeconds);
  const { name } = jwt.value.claims;
  if (trusted.ok) return { operator: trusted.value, name };
  const [issue] = trusted.problem;
  return {
    operator: 'untrustworthy',
    name,
    problem: `${source} is an operator JWT that nothing can rely on: ${issue?.description ?? 'its subject is no operator key'}`,
  };
}
