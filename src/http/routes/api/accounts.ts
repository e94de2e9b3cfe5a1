import type { PublishedAccounts } from '../../../accounts/ports.js';
import type { TrustedAccount } from '../../../claims/jwt.js';
import { isExpired, isNotYetValid } from '../../../claims/validity.js';
import type { App, PageQuery } from '../../requests.js';
import { inTurns } from '../../turns.js';
import { withQuery } from './answers.js';
import { claimCounts } from './claim-counts.js';
import type { ApiContext } from './context.js';
import { type PageOf, sendPage } from './pages.js';
import { type Page, readPage } from './queries.js';
import type { Account } from './schemas.js';
import { isoOfSeconds } from './times.js';
import { TOKEN_STATES, type TokenState } from './token-states.js';

/** Where all accounts are listed. */
export const ACCOUNTS_LIST_PATH = '/api/v1/accounts';

/** `GET /api/v1/accounts?limit=100&after=KEY[&state=valid|expired|not_yet_valid]`. */
export function registerAccountsList(app: App, context: ApiContext): void {
  const { clock, accounts } = context.ports;
  app.get<{ Querystring: PageQuery }>(ACCOUNTS_LIST_PATH, (request, reply) =>
    withQuery(reply, readPage(request.query, TOKEN_STATES), async (page) => {
      const nowSeconds = Math.floor(clock.now() / 1000);
      const keys =
        page.states === undefined ? pageOfAll(context, page) : await pageOfSome(context, page, nowSeconds);
      return sendPage(reply, keys, (key) => {
        // It may have been taken away while the page was being made.
        const account = accounts.published.get(key)?.account;
        return account === undefined ? undefined : entryOf(context, account, nowSeconds);
      });
    }),
  );
}

function pageOfAll({ index }: ApiContext, { after, limit }: Page<TokenState>): PageOf<string> {
  return cut(index.after(after, limit + 1), limit, index.size);
}

/** Accounts that a state was asked for: all have to be looked at, if only for the total. */
async function pageOfSome(
  { index, ports }: ApiContext,
  { after, limit, states }: Page<TokenState>,
  nowSeconds: number,
): Promise<PageOf<string>> {
  const found: string[] = [];
  let total = 0;
  await inTurns(index.slices(), (keys) => {
    for (const key of keys) {
      const state = stateOf(ports.accounts.published, key, nowSeconds);
      if (state === undefined || states?.has(state) !== true) continue;
      total++;
      if (key > after && found.length <= limit) found.push(key);
    }
  });
  return cut(found, limit, total);
}

/** The page of which one key more was looked for than is shown. */
function cut(keys: readonly string[], limit: number, total: number): PageOf<string> {
  const items = keys.slice(0, limit);
  return { items, next: keys.length > limit ? items.at(-1) : undefined, total };
}

function stateOf(published: PublishedAccounts, key: string, nowSeconds: number): TokenState | undefined {
  const account = published.get(key)?.account;
  return account === undefined ? undefined : tokenState(account, nowSeconds);
}

function tokenState(account: TrustedAccount, nowSeconds: number): TokenState {
  if (isExpired(account, nowSeconds)) return 'expired';
  return isNotYetValid(account, nowSeconds) ? 'not_yet_valid' : 'valid';
}

function entryOf({ fleet }: ApiContext, account: TrustedAccount, nowSeconds: number): Account {
  const { accountKey, name, issuerKey, issuedAtSeconds, expiresAtSeconds } = account;
  return {
    account: accountKey,
    name,
    issuer: issuerKey,
    iat: issuedAtSeconds,
    issuedAt: isoOfSeconds(issuedAtSeconds),
    exp: expiresAtSeconds > 0 ? expiresAtSeconds : null,
    expiresAt: expiresAtSeconds > 0 ? isoOfSeconds(expiresAtSeconds) : null,
    state: tokenState(account, nowSeconds),
    fleet: fleet.configured ? (fleet.report.account(accountKey)?.state ?? null) : null,
    counts: claimCounts(account),
  };
}
