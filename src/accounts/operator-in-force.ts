import { undecorateJwt } from '../claims/decorated.js';
import type { Issue } from '../claims/issues.js';
import type { TrustedOperator } from '../claims/jwt.js';
import { trustOperator } from '../claims/trust.js';
import { timeIssues } from '../claims/validate.js';
import { readOperatorJwt } from '../claims/verify.js';
import type { Clock, Log } from './ports.js';

/** The operator that accounts are judged by: the last good one that was read. */
export class OperatorInForce {
  #operator: TrustedOperator | undefined;
  #problem: string | undefined;

  constructor(
    private readonly log: Log,
    private readonly clock: Clock,
  ) {}

  get operator(): TrustedOperator | undefined {
    return this.#operator;
  }

  /** What is wrong with the operator JWT that stands there now; the last good one is in force meanwhile. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Takes what was read; answers whether another operator JWT came into force. */
  read(source: string, bytes: Uint8Array): boolean {
    const nowSeconds = Math.floor(this.clock.now() / 1000);
    const jwt = readOperatorJwt(undecorateJwt(bytes));
    if (!jwt.ok) return this.unusable(source, jwt.problem.message);
    const trusted = trustOperator(jwt.value, nowSeconds);
    if (!trusted.ok) return this.unusable(source, trusted.problem.map(showIssue).join('; '));
    this.#problem = undefined;
    if (this.#operator?.text === trusted.value.text) return false;
    this.#announce(source, trusted.value, nowSeconds);
    this.#operator = trusted.value;
    return true;
  }

  /** Notes that there is no usable operator JWT now; always answers `false`: nothing came into force. */
  unusable(source: string, reason: string): false {
    const problem = `operator JWT ${source}: ${reason}`;
    // At the start there is no last good one: the problem keeps the service from starting, and is told as that.
    if (problem !== this.#problem && this.#operator !== undefined) {
      this.log.error(
        { file: source, reason },
        'the operator JWT cannot be used; the last good one stays in force',
      );
    }
    this.#problem = problem;
    return false;
  }

  #announce(source: string, operator: TrustedOperator, nowSeconds: number): void {
    const facts = {
      file: source,
      operator: operator.key,
      operatorName: operator.name,
      signingKeys: operator.signingKeys.size,
      strict: operator.strict,
    };
    this.log.info(facts, this.#operator === undefined ? 'operator loaded' : 'operator changed');
    if (this.#operator !== undefined && this.#operator.key !== operator.key) {
      this.log.warn(
        { was: this.#operator.key, is: operator.key },
        'the operator identity changed; nats-servers need the new operator JWT in their configuration',
      );
    }
    for (const issue of timeIssues(operator.claims, nowSeconds)) {
      this.log.warn({ operator: operator.key, rule: issue.rule }, `operator JWT: ${issue.description}`);
    }
  }
}

function showIssue(issue: Issue): string {
  return issue.path === '' ? issue.description : `${issue.path}: ${issue.description}`;
}
