import type { AccountStore, Log, SlotReading, StoreListener } from '../../accounts/ports.js';
import type { VerifiedAccountJwt } from '../../claims/jwt.js';
import type { AccountKey } from '../../claims/keys.js';
import { readAccountJwt } from '../../claims/verify.js';
import type { Config } from '../../config/schema.js';
import { JwtDirectoryStore } from '../../store/jwt-directory.js';
import { NscDirectoryStore } from '../../store/nsc-directory.js';

/** What stands in a store. */
export interface StoreContent {
  /** The account's tokens, the newest first, each with the file it stands in. */
  readonly found: readonly { readonly slot: string; readonly jwt: VerifiedAccountJwt }[];
  /** The operator JWT of an nsc directory. */
  readonly operator: Uint8Array | undefined;
  /** Why files could not be read. */
  readonly problems: readonly string[];
}

/** The store that the configuration names, to be read only; undefined when it names none in a directory. */
export function directoryStore({ store }: Config): AccountStore | undefined {
  const options = { readOnly: true, watch: false, log: SILENT };
  if (store.nsc !== undefined) return new NscDirectoryStore({ ...options, dir: store.nsc });
  if (store.dir !== undefined)
    return new JwtDirectoryStore({ ...options, dir: store.dir, shard: store.shard });
  return undefined;
}

/** Looks through a store once for the tokens of an account, and for the operator JWT. */
export async function lookThrough(
  store: AccountStore,
  accountKey: AccountKey | undefined,
): Promise<StoreContent> {
  const look = new Look(accountKey);
  try {
    await store.start(look);
  } finally {
    await store.close();
  }
  return {
    ...look,
    found: look.found.toSorted((a, b) => Number(b.jwt.claims.iat) - Number(a.jwt.claims.iat)),
  };
}

class Look implements StoreListener {
  readonly found: { slot: string; jwt: VerifiedAccountJwt }[] = [];
  readonly problems: string[] = [];
  operator: Uint8Array | undefined;
  readonly #accountKey: AccountKey | undefined;

  constructor(accountKey: AccountKey | undefined) {
    this.#accountKey = accountKey;
  }

  slotRead({ slot, bytes, expectedKey }: SlotReading): 'accepted' {
    // Verifying costs most: a file that is named after another account need not be looked at.
    const mayBeIt = expectedKey === undefined || expectedKey === this.#accountKey;
    const jwt = mayBeIt && this.#accountKey !== undefined ? readAccountJwt(bytes) : undefined;
    if (jwt?.ok && jwt.value.claims.sub === this.#accountKey) this.found.push({ slot, jwt: jwt.value });
    return 'accepted';
  }

  slotUnreadable(slot: string, problem: string): void {
    this.problems.push(`${slot}: ${problem}`);
  }

  operatorRead(_file: string, bytes: Uint8Array): void {
    this.operator = bytes;
  }

  operatorUnreadable(file: string, problem: string): void {
    this.problems.push(`${file}: ${problem}`);
  }

  storeUnavailable(problem: string): void {
    this.problems.push(problem);
  }

  slotGone(): void {}
  storeAvailable(): void {}
  swept(): void {}
}

/** What goes wrong is in {@link StoreContent.problems}. */
const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };
