import type { AccountClaims } from '../../src/claims/types.js';

/** Major, minor, patch. */
export type Version = readonly [number, number, number];

/** `2.10.4`, `2.12.0-RC.1`. */
export function parseVersion(text: string): Version {
  const [major = 0, minor = 0, patch = 0] = text.split(/[.-]/).map(Number);
  return [major, minor, patch];
}

export function isBefore(version: Version, other: Version): boolean {
  const at = version.findIndex((number, index) => number !== other[index]);
  return at >= 0 && (version[at] ?? 0) < (other[at] ?? 0);
}

/** The first release whose every rule is in force here (nats-io/jwt v2.8.2). Older ones take more, and some less. */
export const SAME_RULES: Version = [2, 14, 2];

/** What an older server refuses although it is good by the rules of today. */
interface Lifted {
  readonly rule: string;
  /** The first minor release all of whose versions take it. */
  readonly since: Version;
  isIn(claims: AccountClaims): boolean;
}

const LIFTED: readonly Lifted[] = [
  {
    rule: 'the targets of a mapping may have wildcards',
    since: [2, 10, 0],
    isIn: ({ nats }) => [...nats.mappings.values()].flat().some(({ subject }) => /[*>]/.test(subject)),
  },
  {
    rule: 'the weights of a mapping are added up by cluster',
    since: [2, 11, 0],
    isIn: ({ nats }) => [...nats.mappings.values()].flat().some(({ cluster }) => cluster !== ''),
  },
  {
    rule: 'service subjects are compared among imports from one account',
    since: [2, 14, 0],
    isIn: ({ nats }) => {
      const services = nats.imports.filter((entry) => entry?.type === 'service');
      return new Set(services.map((entry) => entry?.account)).size > 1;
    },
  },
];

/** Why a server of that version may refuse a good token. */
export function liftedSince(version: Version, claims: AccountClaims): string[] {
  return LIFTED.filter(({ since, isIn }) => isBefore(version, since) && isIn(claims)).map(({ rule }) => rule);
}
