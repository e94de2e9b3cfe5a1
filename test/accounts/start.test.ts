import { expect, test } from 'vitest';
import { Accounts } from '../../src/accounts/accounts.js';
import type { StoreListener } from '../../src/accounts/ports.js';
import { KeptLog, KeptMeter } from '../support/accounts.js';
import { HandStore } from '../support/hand-store.js';
import { mintAccount, mintOperator } from '../support/mint.js';

/** A store of which nothing can be read at first. */
class AwayStore extends HandStore {
  override async start(listener: StoreListener): Promise<void> {
    listener.storeUnavailable('the directory is away');
    await super.start(listener);
  }
}

function unstarted(store: HandStore) {
  const log = new KeptLog();
  const accounts = new Accounts({ store, log, meter: new KeptMeter(), clock: { now: Date.now } });
  return { log, accounts };
}

test('a store that is away at the start is waited for: nothing counts as loaded before it was read', async () => {
  const operator = mintOperator();
  const store = new AwayStore();
  const { accounts } = unstarted(store);
  accounts.intake.operatorRead('op.jwt', Buffer.from(operator.jwt));
  await accounts.start();
  expect(accounts.readiness()).toEqual({
    loaded: false,
    problems: ['accounts are being loaded', 'the directory is away'],
  });
  const account = mintAccount(operator);
  store.put('A', account.jwt);
  store.listener.storeAvailable();
  expect(accounts.readiness()).toEqual({ loaded: true, problems: [] });
  store.listener.storeUnavailable('away again');
  expect(accounts.readiness()).toEqual({ loaded: true, problems: ['away again'] });
});

test('without an operator there is one problem to tell, not one line for each account', async () => {
  const store = new HandStore();
  const operator = mintOperator();
  for (const name of ['A', 'B', 'C']) store.put(name, mintAccount(operator).jwt);
  const { accounts, log } = unstarted(store);
  accounts.intake.operatorRead('op.jwt', Buffer.from('no JWT'));
  await accounts.start();
  expect(accounts.operatorProblem).toMatch(/^operator JWT op\.jwt: /);
  expect(log.lines).toEqual([]);
  expect(accounts.counts()).toMatchObject({ served: 0, refused: 3 });
});

test('what is wrong with a source beside the store can be asked for at once', async () => {
  const { accounts } = unstarted(new HandStore());
  accounts.intake.operatorRead('op.jwt', Buffer.from(mintOperator().jwt));
  await accounts.start();
  accounts.intake.slotRead({ slot: 'beside', bytes: Buffer.from('half'), modifiedAtMs: 0 });
  expect(accounts.problemOf('beside')).toMatch(/three chunks/);
  expect(accounts.problemOf('another')).toBeUndefined();
});
