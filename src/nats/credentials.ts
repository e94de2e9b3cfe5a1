import {
  type Authenticator,
  jwtAuthenticator,
  nkeyAuthenticator,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from '@nats-io/transport-node';
import { findSeed, undecorateJwt } from '../claims/decorated.js';
import { NatsOptionsError } from './addresses.js';
import type { NatsAuth } from './options.js';

/**
 * Makes what answers a server's challenge. Checked here, since nats.js gives up for good when it throws later.
 * @throws NatsOptionsError that says what is wrong and quotes nothing secret
 */
export function authenticatorFor(auth: NatsAuth): Authenticator {
  switch (auth.kind) {
    case 'none':
      return () => undefined;
    case 'user':
      return usernamePasswordAuthenticator(auth.user, auth.password);
    case 'token':
      return tokenAuthenticator(auth.token);
    case 'nkey':
      return nkeyAuthenticator(userSeed(auth.seed, 'the nkey file'));
    case 'creds':
      return jwtAuthenticator(userJwt(auth.text), userSeed(auth.text, 'the creds file'));
  }
}

function userJwt(text: string): string {
  const bytes = Buffer.from(text);
  const found = undecorateJwt(bytes);
  if (found === bytes)
    throw new NatsOptionsError('the creds file holds no user JWT; make it with nsc generate creds');
  return Buffer.from(found).toString();
}

function userSeed(text: string, file: string): Uint8Array {
  const found = findSeed(Buffer.from(text));
  if (!found.ok) throw new NatsOptionsError(`${file} cannot be used: ${found.problem}`);
  if (found.value.kind !== 'user')
    throw new NatsOptionsError(`${file} holds the seed of an ${found.value.kind}; a user's is needed`);
  return Buffer.from(found.value.seedText);
}
