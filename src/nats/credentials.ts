import {
  type Authenticator,
  jwtAuthenticator,
  nkeyAuthenticator,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from '@nats-io/transport-node';
import { findUserCreds, findUserSeed } from '../claims/creds.js';
import type { Result } from '../claims/jwt.js';
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
      return nkeyAuthenticator(Buffer.from(usable(findUserSeed(Buffer.from(auth.seed)), 'nkey').seedText));
    case 'creds': {
      const { jwt, seedText } = usable(findUserCreds(Buffer.from(auth.text)), 'creds');
      return jwtAuthenticator(jwt, Buffer.from(seedText));
    }
  }
}

function usable<T>(found: Result<T, string>, file: 'creds' | 'nkey'): T {
  if (found.ok) return found.value;
  throw new NatsOptionsError(`the ${file} file ${found.problem}`);
}
