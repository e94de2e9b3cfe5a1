import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { connect, credsAuthenticator, type NatsConnection } from '@nats-io/transport-node';
import { atEnd } from './clean-up.js';

const PAUSE_MS = 20;

/** A user who does not take no for an answer. */
export interface StubbornClient {
  /** Whether the user is in. */
  isIn(): boolean;
  /** Times that the server let the user in. */
  readonly admissions: number;
  /** Why the user was last refused or thrown out. */
  readonly lastReason: string;
}

/** Keeps a user connected: whenever thrown out or refused, tries again at once. Ends with the test. */
export function stubbornClient(url: string, credsFile: string): StubbornClient {
  const authenticator = credsAuthenticator(readFileSync(credsFile));
  let current: NatsConnection | undefined;
  let [admissions, lastReason, ended] = [0, '', false];
  const run = async (): Promise<void> => {
    while (!ended) {
      try {
        current = await connect({ servers: url, authenticator, reconnect: false, timeout: 2_000 });
        admissions++;
        lastReason = String((await current.closed()) ?? 'closed');
      } catch (error) {
        lastReason = String(error);
      }
      current = undefined;
      await delay(PAUSE_MS);
    }
  };
  const running = run();
  atEnd(async () => {
    ended = true;
    await current?.close();
    await running;
  });
  return {
    isIn: () => current !== undefined,
    get admissions() {
      return admissions;
    },
    get lastReason() {
      return lastReason;
    },
  };
}
