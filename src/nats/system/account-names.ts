import { accountzRequest } from '../accountz.js';
import { objectIn, readEnvelope, textIn } from '../envelope.js';
import { accountzSubject } from '../subjects.js';
import type { Answered } from './answered.js';
import type { SystemSession } from './session.js';

/** A name is worth no longer wait. */
const TIMEOUT_MS = 500;

/**
 * Finds the names of accounts by asking a server that has them loaded; once for each account. A user who may not ask is
 * told no names.
 */
export class AccountNames {
  readonly #names = new Map<string, Promise<string>>();
  #mayAsk = true;

  constructor(private readonly session: SystemSession) {}

  /** The name; empty when it cannot be known. Never rejects. */
  of(accountKey: string, serverId: string): Promise<string> {
    const name = this.#names.get(accountKey) ?? this.#ask(accountKey, serverId);
    this.#names.set(accountKey, name);
    return name;
  }

  async #ask(accountKey: string, serverId: string): Promise<string> {
    if (!this.#mayAsk) return '';
    const subject = accountzSubject(serverId);
    const payload = accountzRequest(accountKey);
    const answered = await this.session.askOne({ subject, payload, timeoutMs: TIMEOUT_MS }, readName);
    if (answered.ok) return answered.value;
    if (answered.failure.kind === 'denied') this.#mayAsk = false;
    return '';
  }
}

function readName(payload: Uint8Array): Answered<string> | undefined {
  const envelope = readEnvelope(payload);
  if (envelope === undefined) return undefined;
  const detail = 'data' in envelope ? objectIn(envelope.data.account_detail) : undefined;
  return { ok: true, value: textIn(detail?.name_tag) };
}
