import { findSeed, undecorateJwt } from './decorated.js';
import type { Result } from './jwt.js';
import { readJwt } from './verify.js';

/** What a user proves its identity with. The seed is secret, and so is the token when it is a bearer token. */
export interface UserCreds {
  readonly jwt: string;
  readonly seedText: string;
}

/**
 * Reads the text of a creds file: the user's JWT and the seed that belongs to it. The problem is the end of a sentence
 * that begins with the file, and quotes nothing of it.
 */
export function findUserCreds(file: Uint8Array): Result<UserCreds, string> {
  const block = undecorateJwt(file);
  if (block === file) return wrong('holds no user JWT; make it with nsc generate creds');
  const seed = findUserSeed(file);
  if (!seed.ok) return seed;
  const jwt = readJwt(block);
  if (!jwt.ok) return wrong(`holds a user JWT that cannot be used: ${jwt.problem.message}`);
  const { claims, text } = jwt.value;
  if (claims.kind !== 'user') return wrong(`holds a JWT of type ${claims.kind}; a user's is needed`);
  if (claims.sub !== seed.value.publicKey) return wrong('holds a seed that does not belong to its user JWT');
  return { ok: true, value: { jwt: text, seedText: seed.value.seedText } };
}

/** The seed of a user, and the public key that goes with it. */
export interface UserSeed {
  readonly seedText: string;
  readonly publicKey: string;
}

/** Finds the seed of a user in a creds or seed file; the problem is as with {@link findUserCreds}. */
export function findUserSeed(file: Uint8Array): Result<UserSeed, string> {
  const found = findSeed(file);
  if (!found.ok) return wrong(`cannot be used: ${found.problem}`);
  const { kind, seedText, publicKey } = found.value;
  if (kind !== 'user') return wrong(`holds the seed of ${withArticle(kind)}; a user's is needed`);
  return { ok: true, value: { seedText, publicKey } };
}

function wrong(problem: string): { readonly ok: false; readonly problem: string } {
  return { ok: false, problem };
}

function withArticle(noun: string): string {
  return `${/^[aeio]/.test(noun) ? 'an' : 'a'} ${noun}`;
}
