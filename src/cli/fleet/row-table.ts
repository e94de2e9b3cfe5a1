import { type Cell, type Row, textWidth } from '../table.js';
import { age } from './age.js';
import type { FleetAnswer, RowAnswer, ServerAnswer } from './answers.js';
import { emphasis, type Looks, marked } from './looks.js';
import { byName, presences, serverLabel, someOf } from './servers.js';
import { describeCell, isTrouble, toneOfState, type Word } from './words.js';

/** Accounts as rows of a table. */
export interface RowTable {
  readonly head: readonly string[];
  readonly rowOf: (row: RowAnswer) => Row;
  /** What the marks in the rows so far mean, a line each. */
  readonly legend: () => readonly string[];
}

/** What the columns before those of the servers take, most of the time. */
const ACCOUNT_WIDTH = 46;
/** `✗ other`, and two blanks. */
const CELL_WIDTH = 9;

/** A column for each server where the line is wide enough for them, else the number of servers that run what. */
export function rowTable(fleet: FleetAnswer, looks: Looks): RowTable {
  const servers = fleet.servers.toSorted(byName);
  const widths = servers.map((server) => Math.max(textWidth(serverLabel(server)) + 2, CELL_WIDTH));
  const width = widths.reduce((sum, each) => sum + each, ACCOUNT_WIDTH);
  return width <= looks.width ? serverGrid(fleet, servers, looks) : serverCounts(fleet, looks);
}

function serverGrid(fleet: FleetAnswer, servers: readonly ServerAnswer[], looks: Looks): RowTable {
  const standing = presences(fleet);
  const used = new Map<string, Word>();
  const cellOf = (row: RowAnswer, server: ServerAnswer): Cell => {
    const cell = row.servers.find(({ id }) => id === server.id);
    if (cell === undefined) return { text: '' };
    const word = describeCell(cell, standing.get(server.id));
    used.set(word.long, word);
    return marked(looks, word);
  };
  return {
    head: ['account', 'key', 'state', ...servers.map(serverLabel)],
    rowOf: (row) => [
      ...accountCells(row, fleet.atMs, looks),
      ...servers.map((server) => cellOf(row, server)),
    ],
    legend: () => [...used.values()].map((word) => `${marked(looks, word).text}: ${word.long}`),
  };
}

/** The account, the beginning of its key (names need not be unique), and how it stands. */
function accountCells({ account, name, state, sinceMs }: RowAnswer, nowMs: number, looks: Looks): Row {
  const since = sinceMs === undefined || state === 'effective' ? '' : ` for ${age(sinceMs, nowMs)}`;
  return [
    name,
    account.slice(0, 8),
    { text: `${state}${since}`, style: emphasis(looks, toneOfState(state)) },
  ];
}

function serverCounts(fleet: FleetAnswer, looks: Looks): RowTable {
  const standing = presences(fleet);
  return {
    head: ['account', 'key', 'state', 'run it', 'need not', 'others'],
    rowOf: (row) => {
      const cells = row.servers.map((cell) => ({ cell, word: describeCell(cell, standing.get(cell.id)) }));
      const count = (tone: Word['tone']) => String(cells.filter(({ word }) => word.tone === tone).length);
      const troubled = cells.filter(({ word }) => isTrouble(word));
      const others = troublesByWord(troubled.map(({ cell, word }) => [word.short, serverLabel(cell)]));
      return [...accountCells(row, fleet.atMs, looks), count('good'), count('quiet'), others];
    },
    legend: () => [],
  };
}

/** `2 other (s12, s77), 5 silent (s1, s2, s3 and 2 more)`. */
function troublesByWord(troubles: readonly (readonly [word: string, server: string])[]): string {
  const servers = new Map<string, string[]>();
  for (const [word, server] of troubles) servers.set(word, [...(servers.get(word) ?? []), server]);
  return [...servers].map(([word, names]) => `${names.length} ${word} (${someOf(names)})`).join(', ');
}
