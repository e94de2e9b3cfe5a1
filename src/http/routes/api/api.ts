import type { FastifyReply, FastifyRequest } from 'fastify';
import { ADMIN_CHALLENGE, type AdminGate } from '../../admin-gate.js';
import { allowHeader, registerOtherMethods } from '../../methods.js';
import type { App } from '../../requests.js';
import { ACCOUNTS_LIST_PATH, registerAccountsList } from './accounts.js';
import { INTERNAL, sendProblem, UNKNOWN_PATH, WRONG_METHOD } from './answers.js';
import type { ApiContext } from './context.js';
import { FLEET_PATH, registerFleet } from './fleet.js';
import { FLEET_ACCOUNT_PATH, registerFleetAccount } from './fleet-account.js';
import { FLEET_ACCOUNTS_PATH, registerFleetAccounts } from './fleet-accounts.js';

const READING = ['GET', 'HEAD'];

/** `/api/v1`: what administrators and their programs read, as JSON. Everything in it needs to pass the gate. */
export function registerApi(app: App, context: ApiContext, gate: AdminGate): void {
  // Within a scope of its own, so that gate and errors are those of the API alone.
  app.register(async (api: App) => {
    api.addHook('onRequest', (request, reply) => admit(gate, context, request, reply));
    api.setErrorHandler((error, request, reply) => {
      context.ports.log.error(
        { err: error, route: request.routeOptions.url },
        'a request could not be answered',
      );
      return sendProblem(reply, INTERNAL);
    });
    registerFleet(api, context);
    registerFleetAccount(api, context);
    registerFleetAccounts(api, context);
    registerAccountsList(api, context);
    for (const url of [FLEET_PATH, FLEET_ACCOUNT_PATH, FLEET_ACCOUNTS_PATH, ACCOUNTS_LIST_PATH])
      registerOtherMethods(api, url, () => READING, refuseMethod);
    api.all('/api/*', (_request, reply) => sendProblem(reply, UNKNOWN_PATH));
  });
}

async function admit(
  gate: AdminGate,
  { ports }: ApiContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply | undefined> {
  const verdict = gate.judge(request.raw);
  if (verdict.allowed) {
    // All that it tells is counted or listed.
    await ports.accounts.whole();
    return undefined;
  }
  const { problem } = verdict;
  ports.log.warn({ remoteAddress: request.ip, code: problem.code }, 'API request refused');
  if (problem.code === 'admin.token_wrong') reply.header('WWW-Authenticate', ADMIN_CHALLENGE);
  return sendProblem(reply, problem);
}

function refuseMethod(reply: FastifyReply, allowed: readonly string[]): FastifyReply {
  return sendProblem(reply.header('Allow', allowHeader(allowed)), WRONG_METHOD);
}
