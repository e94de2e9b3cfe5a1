import { type JsonObject, objectIn, readObject, textIn } from '../envelope.js';
import type { Answered } from './answered.js';
import { identityIn, type ServerIdentity } from './roll-call.js';
import type { SystemSession } from './session.js';
import { type ServerService, serverSubject } from './subjects.js';

/** What one server answered: who it is and everything it said. */
export interface ServerAnswer {
  readonly server: ServerIdentity;
  readonly message: JsonObject;
}

/** What one server is asked. */
export interface ServerQuestion {
  readonly serverId: string;
  readonly service: ServerService;
  readonly payload?: string;
  readonly timeoutMs: number;
}

/** Asks one server. An error that it answers with is a failure, also where the data beside it is null. */
export function askServer(
  session: SystemSession,
  { serverId, service, payload = '', timeoutMs }: ServerQuestion,
): Promise<Answered<ServerAnswer>> {
  const subject = serverSubject(serverId, service);
  return session.askOne({ subject, payload, timeoutMs }, (bytes): Answered<ServerAnswer> | undefined => {
    const message = readObject(bytes);
    const server = identityIn(message?.server);
    if (message === undefined || server === undefined) return undefined;
    const error = objectIn(message.error);
    if (error === undefined) return { ok: true, value: { server, message } };
    return {
      ok: false,
      failure: { kind: 'refused', text: textIn(error.description) || 'it does not say why' },
    };
  });
}
