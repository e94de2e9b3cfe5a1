import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { explainFailure, explainStatus } from './explain.js';
import { ServiceProblem } from './problem.js';
import { nameOf, type Service } from './service.js';

/** A page of the API is a few MB; more than this comes from another program. */
const MAX_BYTES = 64 * 1024 * 1024;

/** What the service answered. */
export interface Answer {
  /** The body, read as JSON; undefined when there is nothing at that address (404 of this API). */
  readonly json: unknown;
  /** The clock of the service, Unix milliseconds; ours when it does not tell. */
  readonly atMs: number;
}

/** How long an answer is waited for. */
export interface Patience {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks the service.
 * @param path relative to the address of the service: `api/v1/fleet`
 * @throws ServiceProblem when there is no good answer; the reason of `signal` when it ends the wait
 */
export async function getJson(service: Service, path: string, patience: Patience): Promise<Answer> {
  const { status, text, atMs } = await get(service, path, patience);
  const json = readJson(text);
  if (status === 404 && json !== undefined) return { json: undefined, atMs };
  if (status !== 200) throw explainStatus(service, status, json);
  if (json === undefined)
    throw new ServiceProblem(`${nameOf(service)} answers, but not with JSON: ${STRANGER}`);
  return { json, atMs };
}

/** What to think of an answer that makes no sense. */
export const STRANGER = 'is that a nats-account-server? Name it with --url URL';

interface Reply {
  readonly status: number;
  readonly text: string;
  readonly atMs: number;
}

async function get(service: Service, path: string, { timeoutMs, signal }: Patience): Promise<Reply> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const ends = signal === undefined ? timeout : AbortSignal.any([timeout, signal]);
  try {
    const response = await request(service, new URL(path, service.url), ends);
    const date = Date.parse(response.headers.date ?? '');
    return {
      status: response.statusCode ?? 0,
      text: await bodyOf(service, response),
      atMs: Number.isNaN(date) ? Date.now() : date,
    };
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ServiceProblem) throw error;
    throw explainFailure(service, error, timeout.aborted ? timeoutMs : undefined);
  }
}

async function request(service: Service, url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  const headers = {
    accept: 'application/json',
    ...(service.token !== undefined && { authorization: `Bearer ${service.token}` }),
  };
  // Each request on a connection of its own: one that was kept could be closed by the service at that very moment.
  const choices = { headers, signal, agent: false } as const;
  const sent =
    url.protocol === 'https:' ? https.get(url, { ...choices, ...service.trust }) : http.get(url, choices);
  const [response]: IncomingMessage[] = await once(sent, 'response');
  if (response === undefined) throw new Error('no response');
  // Errors of a body that is read below come out there.
  sent.on('error', () => undefined);
  return response;
}

async function bodyOf(service: Service, response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response) {
    const chunk = Buffer.from(part);
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new ServiceProblem(`${nameOf(service)} answers without end: ${STRANGER}`);
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString('utf8');
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
