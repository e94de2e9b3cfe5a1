import type { Place, Places } from './places.js';
import type { SlotStates } from './slot-states.js';
import type { Turns } from './turns.js';

/** How a listing differs from what is known. */
export interface Difference {
  /** Slots that are known and not listed. */
  readonly unlisted: readonly string[];
  /** Places of slots that are not known. */
  readonly unknown: readonly Place[];
}

/** Compares a listing with what is known, in turns. */
export async function differenceOf(places: Places, states: SlotStates, turns: Turns): Promise<Difference> {
  const unlisted = new Set<string>();
  const unknown: Place[] = [];
  for (const slot of states.slots()) {
    const turn = turns.next();
    if (turn !== undefined) await turn;
    unlisted.add(slot);
  }
  for (const place of places.values()) {
    const turn = turns.next();
    if (turn !== undefined) await turn;
    if (!unlisted.delete(place.slot) && !states.has(place.slot)) unknown.push(place);
  }
  return { unlisted: [...unlisted], unknown };
}
