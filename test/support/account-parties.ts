import { createAccount, createCurve, createOperator, createUser, type KeyPair } from 'nkeys.js';
import { keyOf } from '../claims/judged.js';
import {
  type Body,
  type MintedAccount,
  type MintedOperator,
  mintAccount,
  mintOperator,
  sign,
} from './mint.js';

/** Who takes part in the samples. */
export interface Parties {
  /** Trusted by the servers; it has one signing key and lets its identity key sign as well. */
  readonly operator: MintedOperator;
  /** Exports services `svc.>` to whoever has an activation token, and all of `free.>` to everybody. */
  readonly exporter: MintedAccount;
  /** A signing key of the exporter. */
  readonly exporterSigner: KeyPair;
  /** An operator key that nobody trusts. */
  readonly stranger: KeyPair;
  /** Public keys that belong to nobody else. */
  readonly accountKeys: readonly [string, string];
  readonly userKey: string;
  readonly curveKey: string;
}

/** Makes everybody anew. */
export function meetParties(): Parties {
  const operator = mintOperator({ signingKeys: 1 });
  const exporterSigner = createAccount();
  const nats = {
    signing_keys: [exporterSigner.getPublicKey()],
    exports: [
      { subject: 'svc.>', type: 'service', token_req: true },
      { subject: 'free.>', type: 'stream' },
      { subject: 'free.>', type: 'service' },
    ],
  };
  return {
    operator,
    exporter: mintAccount(operator, { name: 'exporter', nats }),
    exporterSigner,
    stranger: createOperator(),
    accountKeys: [createAccount().getPublicKey(), createAccount().getPublicKey()],
    userKey: createUser().getPublicKey(),
    curveKey: createCurve().getPublicKey(),
  };
}

/** An activation of the exporter for an account: claims and body as given, the rest as it should be. */
export function activation(
  { exporter }: Parties,
  accountKey: string,
  {
    claims = {},
    nats = {},
    signer = exporter.identity,
  }: { claims?: Body; nats?: Body; signer?: KeyPair } = {},
): string {
  const body = { subject: 'svc.>', kind: 'service', ...nats, type: 'activation', version: 2 };
  return sign({ iss: keyOf(signer), sub: accountKey, iat: 1_700_000_000, ...claims, nats: body }, signer);
}
