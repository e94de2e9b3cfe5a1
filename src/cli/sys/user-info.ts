import type { SystemSession } from '../../nats/system/session.js';
import { SINCE } from '../../nats/system/subjects.js';
import { askUserInfo, type SubjectRules, type UserInfo } from '../../nats/system/user-info.js';
import { isOlderThan } from '../../nats/system/version.js';
import { EXIT } from '../exit-codes.js';
import { fact, type Section } from '../inspect/section.js';
import type { Row } from '../table.js';
import { answerOf, SysFailure } from './failures.js';
import { type Carrying, writeJson, writeSections } from './output.js';
import { showSpan } from './quantities.js';
import type { SysRequest } from './request.js';
import { tooOld } from './server-choice.js';

/** Shows who we are to the server that we are connected to. */
export async function userInfo({ session, surroundings }: Carrying, request: SysRequest): Promise<number> {
  const answered = await askUserInfo(session, request.timeoutMs);
  if (!answered.ok && answered.failure.kind === 'nobody') throw noUserInfo(session);
  const user = answerOf(answered);
  if (request.json) await writeJson(surroundings.stdout, userData(user, session));
  else await writeSections(surroundings, sectionsOf(user, session));
  return EXIT.ok;
}

function noUserInfo({ server: { name, version } }: SystemSession): SysFailure {
  const since = SINCE['USER.INFO'];
  return new SysFailure([
    isOlderThan(version, since)
      ? tooOld(name, version, 'USER.INFO', since)
      : `server ${name} (${version}) does not take the request USER.INFO`,
  ]);
}

function sectionsOf(user: UserInfo, { server }: SystemSession): readonly Section[] {
  const { permissions, expiresInMs } = user;
  return [
    {
      title: `user ${user.userName || user.user}`,
      rows: [
        ['user', user.user],
        ...fact('name', user.userName),
        ['account', user.account],
        ...fact('account name', user.accountName),
        ['expires', expiresInMs === undefined ? 'never' : `in ${showSpan(expiresInMs)}`],
        ['server', `${server.name} (${server.version})`],
      ],
    },
    { title: 'Permissions', rows: permissionRows(permissions) },
  ];
}

function permissionRows(permissions: UserInfo['permissions']): Row[] {
  if (permissions === undefined) return [['everything is allowed']];
  const { publish, subscribe, responses } = permissions;
  return [
    ...ruleRows('publish', publish),
    ...ruleRows('subscribe', subscribe),
    ...(responses === undefined
      ? []
      : [
          [
            'respond',
            responses.max < 0 ? 'any number' : `${responses.max}`,
            `within ${showSpan(responses.ttlMs)}`,
          ],
        ]),
  ];
}

/** A line for each subject. An empty list allows everything. */
function ruleRows(verb: string, { allow, deny }: SubjectRules): Row[] {
  const allowed = allow.length === 0 ? ['everything'] : allow;
  return [
    ...allowed.map((subject) => [verb, 'allow', subject]),
    ...deny.map((subject) => [verb, 'deny', subject]),
  ];
}

function userData({ permissions, expiresInMs, ...who }: UserInfo, { server }: SystemSession): object {
  return {
    ...who,
    permissions:
      permissions === undefined ? null : { ...permissions, responses: permissions.responses ?? null },
    expiresInMs: expiresInMs ?? null,
    server,
  };
}
