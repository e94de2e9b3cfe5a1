import { layOut, type Row } from '../table.js';
import { counted } from './age.js';
import { type FleetAnswer, type RowAnswer, rankOf } from './answers.js';
import { heading } from './heading.js';
import { headOf, type Looks } from './looks.js';
import { type RowTable, rowTable } from './row-table.js';
import { countOf, faultyCount } from './rows.js';
import { compareNames, serverRows, serverSummary } from './servers.js';

/** What an overview shows. */
export interface Overview {
  readonly fleet: FleetAnswer;
  readonly rows: AsyncIterable<readonly RowAnswer[]> | Iterable<readonly RowAnswer[]>;
  /** What the rows are: all accounts, or the worst of those that are not effective. */
  readonly accounts: 'all' | 'faulty';
  /** Whether a long list of servers is shown in full. */
  readonly servers: 'all' | 'some';
}

/** The fleet at one moment, as lines: a heading, the servers, the accounts with what each server runs. */
export async function renderOverview(overview: Overview, looks: Looks): Promise<string[]> {
  const { fleet, rows, accounts } = overview;
  const table = rowTable(fleet, looks);
  const shown = await rowsInOrder(rows, table);
  const grid = shown.length === 0 ? [] : layOut([headOf(table.head, looks), ...shown], INDENT);
  const title = accounts === 'all' ? 'Accounts' : 'Accounts that are not effective';
  const sections = [
    layOut([[heading(fleet, looks)]]),
    section('Servers', serverLines(overview, looks), looks),
    section(title, grid, looks),
    layOut(table.legend().map(oneCell), INDENT),
    layOut(remark(overview, shown.length).map(oneCell)),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

/** The worst first, then by name. Only what is shown of a row is kept: with 500 servers a row is 100 kB. */
async function rowsInOrder(pages: Overview['rows'], table: RowTable): Promise<Row[]> {
  const entries: { readonly rank: number; readonly name: string; readonly row: Row }[] = [];
  for await (const page of pages)
    for (const row of page) entries.push({ rank: rankOf(row.state), name: row.name, row: table.rowOf(row) });
  return entries.sort((a, b) => a.rank - b.rank || compareNames(a.name, b.name)).map(({ row }) => row);
}

const INDENT = '  ';
const oneCell = (line: string): Row => [line];

function section(title: string, lines: readonly string[], { style }: Looks): readonly string[] {
  return lines.length === 0 ? [] : [style.strong(title), ...lines];
}

function serverLines({ fleet, servers }: Overview, looks: Looks): string[] {
  const listed = serverRows(fleet, looks, servers === 'all');
  const summary = listed.length - 1 < fleet.servers.length ? [[serverSummary(fleet)]] : [];
  return [...layOut(summary, INDENT), ...layOut(listed, INDENT)];
}

function remark({ fleet, accounts }: Overview, shown: number): string[] {
  if (accounts === 'all') return [];
  const [left, rest] = [faultyCount(fleet) - shown, countOf(fleet) - faultyCount(fleet)];
  return [
    ...(left > 0 ? [`${counted(left, 'more account')} not effective (--all lists every one).`] : []),
    ...(rest > 0 && shown > 0
      ? [`${counted(rest, 'other account')} effective (--all lists every one).`]
      : []),
  ];
}
