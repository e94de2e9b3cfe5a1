import { ACCOUNT_STATES, type AccountState } from '../../../fleet/account-state.js';
import type { AccountView, AccountViews } from '../../../fleet/views.js';
import type { FleetReport } from '../../fleet-report.js';
import type { App, PageQuery } from '../../requests.js';
import { withQuery } from './answers.js';
import type { ApiContext } from './context.js';
import { fleetRow } from './fleet-row.js';
import { type PageOf, sendPage } from './pages.js';
import { type Page, readPage } from './queries.js';

/** Where all accounts on all servers are listed. */
export const FLEET_ACCOUNTS_PATH = '/api/v1/fleet/accounts';

/** Rows that show how many servers there are. */
const FIRST_ROWS = 20;
/** Accounts × servers on one page: with many servers it holds fewer accounts than were asked for. */
const MOST_CELLS = 20_000;

/** `GET /api/v1/fleet/accounts?state=pending,unknown&limit=100&after=KEY`. */
export function registerFleetAccounts(app: App, { fleet, ports }: ApiContext): void {
  app.get<{ Querystring: PageQuery }>(FLEET_ACCOUNTS_PATH, (request, reply) =>
    withQuery(reply, readPage(request.query, ACCOUNT_STATES), (page) =>
      sendPage(reply, rowsOf(fleet.report, page), (row) => {
        const published = ports.accounts.published.get(row.accountKey);
        return published === undefined ? undefined : fleetRow(row, published.account.name);
      }),
    ),
  );
}

function rowsOf(report: FleetReport, page: Page<AccountState>): PageOf<AccountView> {
  const wish = page.states === undefined ? {} : { states: page.states };
  const first = report.accounts({ ...wish, after: page.after, limit: Math.min(page.limit, FIRST_ROWS) });
  const more = Math.min(page.limit, mostRows(first)) - first.rows.length;
  if (first.next === undefined || more <= 0) return pageOf(first.rows, first);
  const second = report.accounts({ ...wish, after: first.next, limit: more });
  return pageOf([...first.rows, ...second.rows], second);
}

const mostRows = ({ rows }: AccountViews): number =>
  Math.floor(MOST_CELLS / Math.max(1, rows[0]?.cells.length ?? 0));

const pageOf = (items: readonly AccountView[], { next, total }: AccountViews): PageOf<AccountView> => ({
  items,
  next,
  total,
});
