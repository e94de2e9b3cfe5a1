import { isCidr } from '../cidr.js';
import type { Issue } from '../issues.js';
import { goAcceptsKey } from '../keys-go.js';
import { isTimeZone } from '../time-zones.js';
import type { TimeRange, UserBody, UserClaims } from '../types.js';
import { permissionIssues } from './permissions.js';
import { quote } from './quote.js';
import { error, type RuleTable, report } from './rule.js';

/** U1: a network that a user may connect from. */
export const SOURCE_RULES: RuleTable<string> = {
  title: 'Users: source networks',
  where: 'nats.src[]',
  rules: [
    error(
      'U1',
      '',
      'The source is no network in CIDR form, such as 10.0.0.0/8.',
      (source) => !isCidr(source) && `${quote(source)} is no network in CIDR form, such as 10.0.0.0/8.`,
    ),
  ],
};

/** Hours of one or two digits; a fraction of a second after a dot or a comma (Go's time.Parse of 15:04:05). */
const TIME_OF_DAY = /^(?:[0-9]|[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.,][0-9]+)?$/;

/** U2, U3: hours at which a user may connect. */
export const TIME_RANGE_RULES: RuleTable<TimeRange> = {
  title: 'Users: hours',
  where: 'nats.times[]',
  rules: [
    error(
      'U2',
      'start',
      'The start is missing or no time of day such as 08:00:00.',
      ({ start }) => !TIME_OF_DAY.test(start),
    ),
    error(
      'U3',
      'end',
      'The end is missing or no time of day such as 17:30:00.',
      ({ end }) => !TIME_OF_DAY.test(end),
    ),
  ],
};

/** U4: the zone of these hours. */
export const TIME_ZONE_RULES: RuleTable<UserBody> = {
  title: 'Users: time zone',
  where: 'nats',
  rules: [
    error(
      'U4',
      'times_location',
      'The time zone is unknown.',
      ({ times_location: zone }) => !isTimeZone(zone) && `The time zone ${quote(zone)} is unknown.`,
    ),
  ],
};

/** U5: the account that a signing key speaks for. */
export const USER_ISSUER_RULES: RuleTable<UserBody> = {
  title: 'Users: issuer',
  where: 'nats',
  rules: [
    error(
      'U5',
      'issuer_account',
      'The issuer account is not an account key.',
      ({ issuer_account: key }) => key !== '' && !goAcceptsKey(key, 'account'),
    ),
  ],
};

/** Judges a user (jwt v2/user_claims.go UserClaims.Validate); time apart. */
export function userIssues({ nats }: UserClaims, issues: Issue[]): void {
  permissionIssues(nats, 'nats', issues);
  for (const [index, source] of nats.src.entries()) {
    report(SOURCE_RULES, source, `nats.src[${index}]`, issues);
  }
  for (const [index, range] of nats.times.entries()) {
    report(TIME_RANGE_RULES, range, `nats.times[${index}]`, issues);
  }
  report(TIME_ZONE_RULES, nats, 'nats', issues);
  report(USER_ISSUER_RULES, nats, 'nats', issues);
}
