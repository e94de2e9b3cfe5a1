import { ENVIRONMENT_PREFIX, INPUTS } from './inputs.js';
import { nearest } from './nearest.js';
import type { Setting, Settings } from './settings.js';
import type { ConfigProblem } from './source.js';

/** The variable that names the configuration file. */
export const CONFIG_VARIABLE = `${ENVIRONMENT_PREFIX}CONFIG`;

const INPUT_BY_VARIABLE = new Map(
  INPUTS.flatMap((input) => (input.environment === undefined ? [] : [[input.environment, input]])),
);
const KNOWN = [...INPUT_BY_VARIABLE.keys(), CONFIG_VARIABLE];

/**
 * What Kubernetes puts into the environment of every pod when a service is called `nats-account-server`:
 * `…_SERVICE_HOST`, `…_PORT=tcp://10.0.0.1:9090`, `…_PORT_9090_TCP_ADDR`.
 */
const KUBERNETES = /^(?:SERVICE_(?:HOST|PORT)|PORT(?:_\d+_(?:TCP|UDP|SCTP))?(?:_(?:PROTO|PORT|ADDR))?$)/;

/** What the environment says. An empty variable counts as absent. */
export function settingsFromEnvironment(env: NodeJS.ProcessEnv): Settings {
  const ours = Object.entries(env).filter(([variable, value]) => isOurs(variable) && value);
  const unknown = ours.map(([variable]) => variable).filter((variable) => !KNOWN.includes(variable));
  return {
    settings: ours.flatMap(([variable, value = '']) => settingOf(variable, value)),
    problems: unknown.flatMap(misspelt),
    notices: unknown
      .filter((variable) => meant(variable) === undefined)
      .map((variable) => `the environment variable ${variable} is not known, so it has no effect`),
  };
}

function isOurs(variable: string): boolean {
  return variable.startsWith(ENVIRONMENT_PREFIX) && !KUBERNETES.test(withoutPrefix(variable));
}

function settingOf(variable: string, value: string): Setting[] {
  const input = INPUT_BY_VARIABLE.get(variable);
  return input === undefined ? [] : [{ input, texts: [value], source: { kind: 'environment', variable } }];
}

/** A slip in a name must not switch off what it was to set; a quite different name may be somebody else's. */
function misspelt(variable: string): ConfigProblem[] {
  const known = meant(variable);
  return known === undefined ? [] : [{ where: variable, message: `is not known; did you mean ${known}?` }];
}

function meant(variable: string): string | undefined {
  const known = nearest(withoutPrefix(variable), KNOWN.map(withoutPrefix));
  return known === undefined ? undefined : ENVIRONMENT_PREFIX + known;
}

function withoutPrefix(variable: string): string {
  return variable.slice(ENVIRONMENT_PREFIX.length);
}
