import { createAccount } from 'nkeys.js';
import { expect, test } from 'vitest';
import { readSignerAnswer } from '../../src/claims/signer-answer.js';
import { readAccountJwt } from '../../src/claims/verify.js';
import { mintAccount, mintOperator } from '../support/mint.js';

const operator = mintOperator();
const identity = createAccount();

function submitted() {
  const read = readAccountJwt(mintAccount(operator, { identity, signer: identity }).jwt);
  if (!read.ok) throw new Error(read.problem.message);
  return read.value;
}

test('the signed form of the submitted account is taken', () => {
  const { jwt } = mintAccount(operator, { identity });
  const answer = readSignerAnswer(submitted(), Buffer.from(jwt));
  expect(answer).toMatchObject({ ok: true, value: { text: jwt } });
});

test('H7: a token about another account is not', () => {
  const other = Buffer.from(mintAccount(operator).jwt);
  expect(readSignerAnswer(submitted(), other)).toEqual({ ok: false, problem: 'other_account' });
});

test('anything else is a message for people', () => {
  expect(readSignerAnswer(submitted(), Buffer.from('ask Bob'))).toEqual({ ok: false, problem: 'message' });
});
