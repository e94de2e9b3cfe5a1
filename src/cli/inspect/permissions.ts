import type { Permissions } from '../../claims/types.js';
import type { Row } from '../table.js';
import { fact, listed } from './section.js';
import { describeNanoseconds } from './times.js';

/** What may be published, subscribed and answered; nothing when all is allowed. */
export function permissionRows({ pub, sub, resp }: Permissions): Row[] {
  return [
    ...listed('may publish', pub.allow),
    ...listed('must not publish', pub.deny),
    ...listed('may subscribe', sub.allow),
    ...listed('must not subscribe', sub.deny),
    ...fact('may answer', resp === null ? '' : `${resp.max} times within ${describeNanoseconds(resp.ttl)}`),
  ];
}
