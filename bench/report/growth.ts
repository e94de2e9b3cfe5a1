import { spreadOf } from '../statistics.js';
import type { Topic } from './answer.js';

/** How one figure grows with the number of accounts. */
export interface Growth {
  /** The question, with `N` for the number of accounts, and who was asked. */
  readonly name: string;
  readonly unit: string;
  /** Medians by number of accounts, in rising order. */
  readonly points: ReadonlyMap<number, number>;
  /** The line through the first point and the last: what no account costs, and what a thousand more do. */
  readonly base: number;
  readonly perThousand: number;
}

/** What was asked for several numbers of accounts. */
export function growthOf(topics: readonly Topic[]): Growth[] {
  const found = new Map<string, { name: string; unit: string; points: Map<number, number> }>();
  for (const { accounts, answers } of topics) {
    if (accounts === undefined) continue;
    for (const { question, unit, rows } of answers) {
      const asked = question.replaceAll(accounts.toLocaleString('en'), 'N');
      for (const row of rows) {
        const name = `${asked}: ${row.name}`;
        const its = found.get(name) ?? { name, unit, points: new Map<number, number>() };
        found.set(name, its);
        its.points.set(accounts, spreadOf(row.values).median);
      }
    }
  }
  return [...found.values()].filter(({ points }) => points.size > 1).map(withLine);
}

function withLine(its: Omit<Growth, 'base' | 'perThousand'>): Growth {
  const points = [...its.points];
  const [[fewest, first] = [0, 0], [most, last] = [0, 0]] = [points.at(0), points.at(-1)];
  const slope = (last - first) / (most - fewest);
  return { ...its, base: first - slope * fewest, perThousand: slope * 1000 };
}
