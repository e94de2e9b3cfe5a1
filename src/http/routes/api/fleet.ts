import type { FleetStatus, ServerView } from '../../../fleet/views.js';
import type { App, WaitQuery } from '../../requests.js';
import { sendJson, withQuery } from './answers.js';
import type { ApiContext } from './context.js';
import { readWaitOnly } from './queries.js';
import type { FleetAnswer } from './schemas.js';
import { isoOf } from './times.js';

/** Where the fleet as a whole is shown. */
export const FLEET_PATH = '/api/v1/fleet';

/** `GET /api/v1/fleet[?wait=10s]`: the servers, and how many accounts are in which state. */
export function registerFleet(app: App, { fleet: { report, configured }, waiting }: ApiContext): void {
  app.get<{ Querystring: WaitQuery }>(FLEET_PATH, (request, reply) =>
    withQuery(reply, readWaitOnly(request.query), async (waitMs) => {
      if (waitMs === undefined) return sendJson(reply, fleetAnswer(report.status(), configured));
      const status = await waiting.during(reply.raw, (signal) => report.whenAllEffective(waitMs, signal));
      return sendJson(reply, fleetAnswer(status, configured));
    }),
  );
}

function fleetAnswer(status: FleetStatus, configured: boolean): FleetAnswer {
  const { connected, effective, accounts, queued, comparing } = status;
  return {
    configured,
    connected,
    effective,
    servers: status.servers.map(server),
    accounts,
    queued,
    comparing,
  };
}

function server(view: ServerView): FleetAnswer['servers'][number] {
  const { id, name, cluster, version, presence } = view;
  const startedAt = view.startedAt === undefined ? null : isoOf(new Date(view.startedAt));
  return { id, name, cluster, version, startedAt, presence, heardAt: new Date(view.heardAtMs).toISOString() };
}
