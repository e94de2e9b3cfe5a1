import { encodeAccount, encodeOperator, encodeUser, fmtCreds } from '@nats-io/jwt';
import { createAccount, createOperator, createUser, type KeyPair } from 'nkeys.js';
import { keepKey, writePrivately } from './keystore.js';
import { DEMO_NAMES, type DemoLayout } from './layout.js';

/** What a new account may do, as nsc writes it: everything. */
const NO_LIMITS = {
  subs: -1,
  data: -1,
  payload: -1,
  imports: -1,
  exports: -1,
  wildcards: true,
  conn: -1,
  leaf: -1,
} as const;

/**
 * Writes a complete operator into an empty directory, in the layout of nsc: operator with a signing key, system account
 * with a user, account APP with two users, all seeds and creds.
 *
 * Names stay ASCII: the library writes other characters in a way that Go cannot read.
 */
export async function makeOperator(layout: DemoLayout): Promise<void> {
  const operator = createOperator();
  const signingKey = createOperator();
  const [system, app] = [createAccount(), createAccount()];
  for (const pair of [operator, signingKey, system, app]) await keepKey(layout.keystoreDir, pair);

  await writeOperatorJwt(layout, operator, signingKey, system);
  await writeAccount(layout, DEMO_NAMES.systemAccount, system, signingKey);
  await writeUser(layout, DEMO_NAMES.systemAccount, system, DEMO_NAMES.systemUser);
  await writeAccount(layout, DEMO_NAMES.account, app, signingKey);
  await writeUser(layout, DEMO_NAMES.account, app, DEMO_NAMES.user);
  await writeUser(layout, DEMO_NAMES.account, app, DEMO_NAMES.guest);
}

async function writeOperatorJwt(
  layout: DemoLayout,
  operator: KeyPair,
  signingKey: KeyPair,
  system: KeyPair,
): Promise<void> {
  const name = DEMO_NAMES.operator;
  const jwt = await encodeOperator(name, operator, {
    signing_keys: [signingKey.getPublicKey()],
    system_account: system.getPublicKey(),
  });
  await writePrivately(`${layout.operatorDir}/.nsc`, nscMark(name));
  await writePrivately(layout.operatorJwtFile, jwt);
}

/** What makes a directory an operator's for nsc (nsc cmd/store/store.go). */
function nscMark(name: string): string {
  return JSON.stringify({ managed: false, name, kind: 'operator', version: '1' });
}

async function writeAccount(
  layout: DemoLayout,
  name: string,
  account: KeyPair,
  signer: KeyPair,
): Promise<void> {
  const jwt = await encodeAccount(name, account, { limits: { ...NO_LIMITS } }, { signer });
  await writePrivately(layout.accountJwtFile(name), jwt);
}

async function writeUser(
  layout: DemoLayout,
  accountName: string,
  account: KeyPair,
  name: string,
): Promise<void> {
  const user = createUser();
  const jwt = await encodeUser(name, user, account);
  await keepKey(layout.keystoreDir, user);
  await writePrivately(layout.userJwtFile(accountName, name), jwt);
  await writePrivately(layout.credsFile(accountName, name), fmtCreds(jwt, user));
}
