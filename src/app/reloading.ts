import { describeConfig } from '../config/describe.js';
import type { Config } from '../config/schema.js';

/** Options that a reload takes over; everything else needs a new start. */
const RELOADABLE = [
  'http.tls',
  'http.push',
  'http.admin_token',
  'nats.creds',
  'nats.user',
  'nats.password',
  'nats.token',
  'nats.nkey',
  'nats.tls',
  'nats.servers',
  'logging.level',
];

/** The names of the options that differ and that a running service cannot take over. */
export function needsRestart(before: Config, after: Config): string[] {
  const [was, is] = [flatten(describeConfig(before)), flatten(describeConfig(after))];
  const names = new Set([...was.keys(), ...is.keys()]);
  const changed = [...names].filter((name) => was.get(name) !== is.get(name) && !isReloadable(name));
  const encrypted = ({ http }: Config): boolean => http.tls.cert !== undefined;
  return encrypted(before) === encrypted(after) ? changed : ['http.tls', ...changed];
}

function isReloadable(name: string): boolean {
  return RELOADABLE.some((prefix) => name === prefix || name.startsWith(`${prefix}.`));
}

/** `{ http: { port: 1 } }` as `http.port` → `1`. */
function flatten(value: object, prefix = ''): Map<string, string> {
  const entries = Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? [...flatten(inner, `${prefix}${key}.`)]
      : [[`${prefix}${key}`, JSON.stringify(inner)] as const],
  );
  return new Map(entries);
}
