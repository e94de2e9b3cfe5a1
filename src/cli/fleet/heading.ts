import type { Cell } from '../table.js';
import { counted } from './age.js';
import { type FleetAnswer, STATE_WORDS } from './answers.js';
import { emphasis, type Looks } from './looks.js';
import { countOf } from './rows.js';

/** Everything is known, and every server that has an account runs what is published of it. */
export function isWhole({ connected, effective, accounts }: FleetAnswer): boolean {
  return connected && effective && accounts.pending + accounts.incomplete + accounts.unknown === 0;
}

/** `12 accounts on 3 servers: 2 pending, 10 effective`. */
export function describeFleet(fleet: FleetAnswer): string {
  const accounts = countOf(fleet);
  const who = `${counted(accounts, 'account')} on ${counted(fleet.servers.length, 'server')}`;
  if (!fleet.connected)
    return `the service has no connection to NATS: what the servers run is not known (${who})`;
  if (fleet.servers.length === 0 && !isWhole(fleet)) return `no server has answered yet: ${who}`;
  if (accounts === fleet.accounts.effective) return `${who}: all effective`;
  const states = STATE_WORDS.filter((state) => fleet.accounts[state] > 0);
  return `${who}: ${states.map((state) => `${fleet.accounts[state]} ${state}`).join(', ')}`;
}

/** The same, emphasised. */
export function heading(fleet: FleetAnswer, looks: Looks): Cell {
  const tone = !fleet.connected ? 'bad' : isWhole(fleet) ? 'good' : 'unknown';
  return { text: describeFleet(fleet), style: emphasis(looks, tone) };
}
