import { createAccount } from 'nkeys.js';
import { expect, test } from 'vitest';
import { activation, meetParties } from '../support/account-parties.js';
import { buildAccounts } from '../support/accounts.js';
import { mintAccount, nowSeconds } from '../support/mint.js';

const parties = meetParties();
const { operator, exporter } = parties;
const identity = createAccount();

/** An importer that shows this token of the exporter. */
function importer(token: string, iat = nowSeconds()) {
  const { key } = exporter;
  return mintAccount(operator, {
    name: 'importer',
    identity,
    iat,
    nats: { imports: [{ name: 'svc', subject: 'svc.a', account: key, token, to: 'svc.a', type: 'service' }] },
  });
}

const forged = importer(
  activation(parties, identity.getPublicKey(), {
    signer: createAccount(),
    nats: { issuer_account: exporter.key },
  }),
  nowSeconds() - 10,
);
const right = importer(
  activation(parties, identity.getPublicKey(), {
    signer: parties.exporterSigner,
    nats: { issuer_account: exporter.key },
  }),
);

test('a push whose activation token the exporter did not sign is refused by its rule', async () => {
  const { push } = await buildAccounts(operator);
  await push(exporter.jwt);
  expect(await push(forged.jwt)).toMatchObject({
    kind: 'refused',
    refusal: { code: 'claims.invalid', issues: [{ rule: 'H8' }] },
  });
  expect(await push(right.jwt)).toMatchObject({ kind: 'created' });
});

test('an exporter that is not served says nothing against it', async () => {
  const { push } = await buildAccounts(operator);
  expect(await push(forged.jwt)).toMatchObject({ kind: 'created' });
});

test('a directory is obeyed, and other account servers are followed', async () => {
  const { push, store, served } = await buildAccounts(operator);
  await push(exporter.jwt);
  expect(await push(forged.jwt, { origin: { kind: 'update', sentToServers: true } })).toMatchObject({
    kind: 'created',
  });
  store.put(right.key, right.jwt);
  store.put(right.key, forged.jwt);
  expect(served(forged.key)).toBe(forged.jwt);
});
