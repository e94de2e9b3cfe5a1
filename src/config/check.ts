import { checkFiles } from './check-files.js';
import { checkIdentity } from './check-identity.js';
import { checkStateDir } from './check-state-dir.js';
import { areRivals, isNamed, type Origin } from './resolve.js';
import type { Config } from './schema.js';
import { type ConfigProblem, describeSource } from './source.js';
import { isLoopback } from './web-address.js';

/** What the rules look at. */
export interface Checked {
  readonly config: Config;
  readonly origins: ReadonlyMap<string, Origin>;
}

/** What checking found. Nothing on disk is changed by it. */
export interface Findings {
  readonly problems: readonly ConfigProblem[];
  readonly notices: readonly string[];
}

/** Nothing to complain of. */
export const NOTHING_FOUND: Findings = { problems: [], notices: [] };

/** Rules that one option alone cannot see, each giving what it finds wrong. A new rule is one entry. */
const RULES: readonly ((checked: Checked) => readonly ConfigProblem[])[] = [
  storeNamed,
  oneOfRivals,
  operatorNamed,
  noEmptyStore,
  (checked) => together(checked, 'http.tls.cert', 'http.tls.key'),
  (checked) => needs(checked, 'http.tls.client_ca', 'http.tls.cert'),
  (checked) => together(checked, 'http.push.user', 'http.push.password'),
  (checked) => together(checked, 'nats.user', 'nats.password'),
  (checked) => together(checked, 'nats.tls.cert', 'nats.tls.key'),
  ({ origins }) => checkFiles(origins),
  ({ origins }) => checkIdentity(origins),
  ({ config, origins }) => checkStateDir(config, origins),
];

/** Checks all options together and collects every problem. */
export function checkConfig(checked: Checked): Findings {
  return {
    problems: RULES.flatMap((rule) => rule(checked)),
    notices: ADVICE.flatMap((advise) => advise(checked) ?? []),
  };
}

function storeNamed({ origins }: Checked): ConfigProblem[] {
  const stores = ['store.nsc', 'store.dir', 'store.memory'].map((name) => origin(origins, name));
  if (stores.some((store) => isNamed(store) || store.failed)) return [];
  const message =
    'no store is named: use --nsc DIR (an nsc operator directory), --dir DIR with --operator FILE (files <account key>.jwt) or --memory with --operator FILE, or try it out with: nats-account-server demo';
  return [{ message }];
}

function oneOfRivals({ origins }: Checked): ConfigProblem[] {
  const named = [...origins.values()].filter(isNamed);
  return named.flatMap((origin, index) => {
    const rival = named.slice(0, index).find((earlier) => areRivals(origin, earlier));
    return rival === undefined ? [] : [problem(origin, `cannot be used together with ${describe(rival)}`)];
  });
}

function operatorNamed({ config, origins }: Checked): ConfigProblem[] {
  const { dir, memory, nsc } = config.store;
  const { failed } = origin(origins, 'operator');
  if (nsc !== undefined || config.operator !== undefined || failed || (dir === undefined && !memory))
    return [];
  const store = origin(origins, memory ? 'store.memory' : 'store.dir');
  return [problem(store, 'needs the operator JWT, so that accounts can be trusted: --operator FILE')];
}

function noEmptyStore({ config, origins }: Checked): ConfigProblem[] {
  if (!config.store.memory || !config.store.readOnly) return [];
  return [problem(origin(origins, 'store.read_only'), 'a read-only memory store would stay empty for ever')];
}

/** Two options of which each needs the other. */
function together(checked: Checked, first: string, second: string): ConfigProblem[] {
  return [...needs(checked, first, second), ...needs(checked, second, first)];
}

function needs({ origins }: Checked, name: string, needed: string): ConfigProblem[] {
  const [has, lacks] = [origin(origins, name), origin(origins, needed)];
  return isNamed(has) && !isNamed(lacks) && !lacks.failed ? [problem(has, `needs ${needed} as well`)] : [];
}

/** Allowed, but hardly meant. */
const ADVICE: readonly ((checked: Checked) => string | undefined)[] = [
  ({ config: { store } }) =>
    store.shard && store.dir === undefined ? 'store.shard has no effect without store.dir' : undefined,
  ({ config: { nats } }) =>
    nats.creds !== undefined && nats.servers.length === 0
      ? 'nats.creds is set but no nats.servers: nobody is told of changed accounts'
      : undefined,
  ({ config: { http } }) =>
    (http.push.password ?? http.push.token) !== undefined &&
    http.tls.cert === undefined &&
    !isLoopback(http.host)
      ? 'whoever may push sends the secret in clear over the network: use http.tls.cert and http.tls.key, or a TLS proxy in front'
      : undefined,
  ({ config: { http } }) =>
    http.adminToken !== undefined && http.tls.cert === undefined && !isLoopback(http.host)
      ? 'the admin token is sent in clear over the network: use http.tls.cert and http.tls.key, or a TLS proxy in front'
      : undefined,
];

function origin(origins: ReadonlyMap<string, Origin>, name: string): Origin {
  const found = origins.get(name);
  if (found === undefined) throw new Error(`there is no option ${name}`);
  return found;
}

function problem({ option, source }: Origin, message: string): ConfigProblem {
  return { option: option.name, ...(source && { where: describeSource(source) }), message };
}

function describe({ option, source }: Origin): string {
  return source === undefined ? option.name : describeSource(source);
}
