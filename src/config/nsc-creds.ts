import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { expandHome } from './kinds.js';
import { type Reading, read, unreadable } from './reading.js';

/** A user as nsc knows it: by names. */
interface NscUser {
  readonly operator: string;
  readonly account: string;
  readonly user: string;
}

/**
 * Finds the creds file of a user that is named `OPERATOR/ACCOUNT/USER`, in the keystores that nsc uses. The message says
 * every place that was looked at.
 */
export function findNscCreds(text: string, env: NodeJS.ProcessEnv = process.env): Reading<string> {
  const named = readNscUser(text);
  if (!named.ok) return named;
  const places = credsPlaces(named.value, env);
  const found = places.find(stands);
  if (found !== undefined) return read(found);
  return unreadable(`no creds of ${text} were found; looked at ${places.join(', ')}`);
}

/** Names become parts of paths, so none may lead elsewhere. */
function readNscUser(text: string): Reading<NscUser> {
  const [operator = '', account = '', user = '', ...more] = text.split('/');
  const names = [operator, account, user];
  if (more.length > 0 || names.includes(''))
    return unreadable(`"${text}" is not OPERATOR/ACCOUNT/USER, such as acme/SYS/sys`);
  const odd = names.find((name) => /^\.\.?$|[\\\p{Cc}]/u.test(name));
  return odd === undefined
    ? read({ operator, account, user })
    : unreadable(`"${odd}" is no name of an operator, account or user`);
}

/**
 * The keystore of today (nats-io/nsc home/home.go: NKEYS_PATH, XDG_DATA_HOME), then that of old times, each in the
 * layout of today (nsc cmd/store/keys.go) and in that from before the middle of 2019.
 */
function credsPlaces({ operator, account, user }: NscUser, env: NodeJS.ProcessEnv): string[] {
  const dataDir = env.XDG_DATA_HOME || join(homedir(), '.local', 'share');
  const current = env.NKEYS_PATH ? expandHome(env.NKEYS_PATH) : join(dataDir, 'nats', 'nsc', 'keys');
  const keystores = new Set([current, join(homedir(), '.nkeys')]);
  const file = `${user}.creds`;
  return [...keystores].flatMap((keystore) => [
    join(keystore, 'creds', operator, account, file),
    join(keystore, operator, 'accounts', account, 'users', file),
  ]);
}

/** A place that may not be looked into counts as found: whoever reads it says why it cannot be read. */
function stands(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}
