import { type JsonObject, objectIn, readEnvelope, textIn } from '../envelope.js';
import type { Answered } from './answered.js';
import { numberIn } from './roll-call.js';
import type { SystemSession } from './session.js';
import { USER_INFO_SUBJECT } from './subjects.js';

/** What may be published or subscribed to. Both empty: everything may. */
export interface SubjectRules {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

/** Leave to answer requests that came in. */
export interface ResponseRule {
  /** Messages for each request; -1: any number. */
  readonly max: number;
  readonly ttlMs: number;
}

/** Who we are to the server (nats-server server/events.go UserInfo). */
export interface UserInfo {
  /** The user's key, or its name where users are not known by key. */
  readonly user: string;
  /** Only newer servers say it (2.14). */
  readonly userName: string;
  readonly account: string;
  readonly accountName: string;
  /** Undefined: nothing is restricted. */
  readonly permissions:
    | {
        readonly publish: SubjectRules;
        readonly subscribe: SubjectRules;
        readonly responses: ResponseRule | undefined;
      }
    | undefined;
  /** Until the user is cut off; undefined: never. */
  readonly expiresInMs: number | undefined;
}

/** Asks the server that we are connected to who we are. Users of every account may. */
export function askUserInfo(session: SystemSession, timeoutMs: number): Promise<Answered<UserInfo>> {
  return session.askOne({ subject: USER_INFO_SUBJECT, timeoutMs }, readUserInfo);
}

/** Reads an answer; undefined: it is none. */
export function readUserInfo(payload: Uint8Array): Answered<UserInfo> | undefined {
  const envelope = readEnvelope(payload);
  if (envelope === undefined) return undefined;
  if ('error' in envelope)
    return { ok: false, failure: { kind: 'refused', text: envelope.error || 'it does not say why' } };
  const { data } = envelope;
  const expires = numberIn(data.expires);
  return {
    ok: true,
    value: {
      user: textIn(data.user),
      userName: textIn(data.user_name),
      account: textIn(data.account),
      accountName: textIn(data.account_name),
      permissions: permissionsIn(objectIn(data.permissions)),
      expiresInMs: expires === undefined ? undefined : expires / 1e6,
    },
  };
}

function permissionsIn(permissions: JsonObject | undefined): UserInfo['permissions'] {
  if (permissions === undefined) return undefined;
  const { publish, subscribe } = permissions;
  const responses = objectIn(permissions.responses);
  return {
    publish: rulesIn(objectIn(publish)),
    subscribe: rulesIn(objectIn(subscribe)),
    responses: responses && {
      max: numberIn(responses.max) ?? 0,
      ttlMs: (numberIn(responses.ttl) ?? 0) / 1e6,
    },
  };
}

const rulesIn = (rules: JsonObject | undefined): SubjectRules => ({
  allow: textsIn(rules?.allow),
  deny: textsIn(rules?.deny),
});

const textsIn = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
