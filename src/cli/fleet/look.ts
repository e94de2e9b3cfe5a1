import type { FleetAnswer, RowAnswer } from './answers.js';
import { findAccount } from './find-account.js';
import type { FleetApi, Wait } from './fleet-api.js';
import { isWhole } from './heading.js';
import { ServiceProblem } from './problem.js';

/** What was asked about, at one moment. */
export interface Look {
  readonly fleet: FleetAnswer;
  /** The one account; undefined when the whole fleet was asked about, or when it is not there. */
  readonly row: RowAnswer | undefined;
  /** Why there is no row although an account was asked about. */
  readonly absent: string | undefined;
  /** All that was asked about is known to be effective. */
  readonly effective: boolean;
  /** Waiting will not change it. */
  readonly final: boolean;
}

/** Looks now, or as soon as it is effective within the time. */
export type LookAt = (wait?: Wait) => Promise<Look>;

/** Looks at the whole fleet, or at one account. */
export function lookAt(api: FleetApi, account: string | undefined): LookAt {
  return account === undefined ? (wait) => lookAtAll(api, wait) : accountLook(api, account);
}

async function lookAtAll(api: FleetApi, wait?: Wait): Promise<Look> {
  const fleet = await api.fleet(wait);
  return { fleet, row: undefined, absent: undefined, effective: isWhole(fleet), final: false };
}

function accountLook(api: FleetApi, text: string): LookAt {
  let accountKey: string | undefined;
  return async (wait) => {
    if (accountKey === undefined) {
      const found = await findAccount(api, text, wait?.signal);
      if (found.kind === 'ambiguous') throw new ServiceProblem(found.sentence);
      if (found.kind === 'absent')
        return absentLook(await api.fleet({ signal: wait?.signal }), found.sentence);
      accountKey = found.accountKey;
    }
    const row = await api.account(accountKey, wait);
    const fleet = await api.fleet({ signal: wait?.signal });
    return row === undefined
      ? absentLook(fleet, `no account "${text}" is served`)
      : {
          fleet,
          row,
          absent: undefined,
          effective: row.state === 'effective',
          final: row.state === 'expired',
        };
  };
}

const absentLook = (fleet: FleetAnswer, absent: string): Look => ({
  fleet,
  row: undefined,
  absent,
  effective: false,
  final: false,
});
