import type { TrustedAccount } from '../claims/jwt.js';
import type { Effect } from '../fleet/states.js';
import type { AccountView, CellView } from '../fleet/views.js';
import { showSeconds } from './wait.js';

/** What is known when the waiting for a pushed token is over. */
export interface Waited {
  readonly pushed: TrustedAccount;
  /** What is served now; undefined: nothing. */
  readonly served: TrustedAccount | undefined;
  /** How what is served stands with the servers. */
  readonly row: AccountView | undefined;
  readonly afterMs: number;
  /** Why nothing can be known of the servers, or why nobody waits for them any longer; undefined: time is over. */
  readonly hindrance: 'not_configured' | 'away' | 'stopping' | undefined;
}

/** The answer to a push that waited: 200 exactly if that very token is in effect on every server that has the account. */
export interface EffectAnswer {
  readonly status: 200 | 202;
  /** Plain text, a line for each server; nsc shows it to its user behind `>`. */
  readonly text: string;
}

/** So many servers are shown one by one. */
const MOST_LINES = 100;

/** Says what became of a token that was pushed. */
export function effectAnswer(waited: Waited): EffectAnswer {
  const { pushed, served, row } = waited;
  if (served === undefined || row === undefined)
    return { status: 202, text: 'stored, but the account has been taken out again and is not served\n' };
  if (served.text !== pushed.text) return replaced(waited, served, row);
  const servers = serverLines(row, 'this token');
  if (row.state !== 'effective')
    return { status: 202, text: lines(missing(waited), [...unseen(waited, row), ...servers]) };
  return {
    status: 200,
    text: lines(`in effect on ${everywhere(row)} (${showSeconds(waited.afterMs)})`, servers),
  };
}

/** Whatever the servers run by now, it is not what was pushed. */
function replaced({ pushed }: Waited, now: TrustedAccount, row: AccountView): EffectAnswer {
  const newer = now.issuedAtSeconds > pushed.issuedAtSeconds;
  const issued = new Date(now.issuedAtSeconds * 1000).toISOString();
  const which = newer ? `a newer token (issued ${issued})` : `another token (issued ${issued})`;
  const effect =
    row.state === 'effective' ? `in effect on ${everywhere(row)}` : 'not yet in effect everywhere';
  const headline = `stored, but ${which} of this account has taken its place since; that one is ${effect}`;
  return { status: 202, text: lines(headline, serverLines(row, newer ? 'the newer token' : 'that token')) };
}

function missing({ afterMs, hindrance }: Waited): string {
  switch (hindrance) {
    case 'not_configured':
      return 'stored and served; NATS is not configured (nats.servers), so nats-servers are not told of changes';
    case 'away':
      return 'stored and served; there is no connection to NATS, delivery begins when it is back';
    case 'stopping':
      return 'stored and served, but not proven to be in effect: the account server is being stopped and waits no longer';
    case undefined:
      return `stored and served, but not proven to be in effect on every nats-server after ${showSeconds(afterMs)}; delivery goes on`;
  }
}

/** What hinders although no server that is known does. */
function unseen({ hindrance }: Waited, { state, cells, version }: AccountView): string[] {
  if (hindrance === 'not_configured' || hindrance === 'away') return [];
  if (cells.some((cell) => rank(cell, version) === 0)) return [];
  return [
    state === 'unknown'
      ? 'not all nats-servers have been found and asked yet'
      : 'the servers are being asked again',
  ];
}

function everywhere({ cells }: AccountView): string {
  return cells.some((cell) => !isWithout(cell))
    ? 'every nats-server that has the account loaded'
    : 'every nats-server: none has the account loaded';
}

/** A line for each server: first what keeps the token from being in effect, then who runs it, then who does not need it. */
function serverLines({ cells, version }: AccountView, token: string): string[] {
  const inOrder = [...cells].sort((a, b) => rank(a, version) - rank(b, version));
  const shown = inOrder
    .slice(0, MOST_LINES)
    .map((cell) => `${printable(cell)}: ${standing(cell, version, token)}`);
  return inOrder.length > MOST_LINES ? [...shown, `and ${inOrder.length - MOST_LINES} more`] : shown;
}

function rank(cell: CellView, version: number): number {
  if (cell.server.presence === 'silent' || hasRefused(cell, version)) return 0;
  if (cell.effect === 'current') return 1;
  return isWithout(cell) ? 2 : 0;
}

/** The server has nothing of the account, so there is nothing that could be wrong. */
const isWithout = ({ effect }: CellView): boolean => effect === 'not_loaded' || effect === 'placeholder';

function hasRefused({ effect, last }: CellView, version: number): boolean {
  return last.acknowledged === 'failed' && last.acknowledgedVersion === version && effect !== 'current';
}

const EFFECTS: Readonly<Record<Effect, (token: string) => string>> = {
  unknown: () => 'not known yet whether it has the account loaded',
  not_loaded: (token) => `has not loaded the account; it fetches ${token} when it needs it`,
  unproven: () => 'has the account loaded; not known yet which token it runs',
  current: (token) => `runs ${token}`,
  incomplete: (token) => `runs ${token}, but something that the account imports is missing there`,
  expired: (token) => `has ${token}, which has expired`,
  placeholder: () => 'holds no token of the account and serves nobody with it',
  differs: () => 'runs another token',
};

function standing(cell: CellView, version: number, token: string): string {
  const { effect, server } = cell;
  const what = EFFECTS[effect](token);
  if (server.presence === 'silent') return `does not answer; ${atLast(effect, what)}`;
  const leaving = server.presence === 'leaving' ? ' (it is shutting down)' : '';
  return `${hasRefused(cell, version) ? `refused ${token}; ` : ''}${what}${leaving}`;
}

function atLast(effect: Effect, what: string): string {
  const known = effect !== 'unknown' && effect !== 'unproven';
  return known ? `when last asked: ${what}` : 'what it runs is not known';
}

const lines = (headline: string, servers: readonly string[]): string =>
  `${[headline, ...servers].join('\n')}\n`;

/** Server names are free text. */
const printable = ({ server }: CellView): string =>
  server.name.slice(0, 100).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
