import type { FastifyReply } from 'fastify';
import type { AccountParams, App, WaitQuery } from '../../requests.js';
import { sendJson, sendProblem, UNKNOWN_ACCOUNT, withQuery } from './answers.js';
import type { ApiContext } from './context.js';
import { fleetRow } from './fleet-row.js';
import { readWaitOnly } from './queries.js';

/** Where one account on all servers is shown. */
export const FLEET_ACCOUNT_PATH = '/api/v1/fleet/accounts/:accountKey';

interface FleetAccountRoute {
  Params: AccountParams;
  Querystring: WaitQuery;
}

/** `GET /api/v1/fleet/accounts/<key>[?wait=5s]`: what each server runs for one account, asked for now. */
export function registerFleetAccount(app: App, context: ApiContext): void {
  const { fleet, waiting } = context;
  app.get<FleetAccountRoute>(FLEET_ACCOUNT_PATH, (request, reply) =>
    withQuery(reply, readWaitOnly(request.query), async (waitMs) => {
      const { accountKey } = request.params;
      if (context.ports.accounts.published.get(accountKey) !== undefined)
        await waiting.during(reply.raw, (signal) =>
          waitMs === undefined
            ? fleet.report.look(accountKey)
            : fleet.report.whenEffective(accountKey, waitMs, signal),
        );
      return sendRow(reply, context, accountKey);
    }),
  );
}

function sendRow(reply: FastifyReply, { ports, fleet }: ApiContext, accountKey: string): FastifyReply {
  const published = ports.accounts.published.get(accountKey);
  const row = published === undefined ? undefined : fleet.report.account(accountKey);
  if (published === undefined || row === undefined) return sendProblem(reply, UNKNOWN_ACCOUNT);
  return sendJson(reply, fleetRow(row, published.account.name));
}
