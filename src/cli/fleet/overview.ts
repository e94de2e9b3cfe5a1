import { layOut, type Row } from '../table.js';
import type { FleetAnswer, RowAnswer } from './answers.js';
import { heading } from './heading.js';
import { headOf, type Looks } from './looks.js';
import { type RowTable, rowTable } from './row-table.js';
import { type RowChoice, remarks, worstFirst } from './rows.js';
import { serverRows, serverSummary } from './servers.js';

/** What an overview shows. */
export interface Overview {
  readonly fleet: FleetAnswer;
  readonly rows: AsyncIterable<readonly RowAnswer[]> | Iterable<readonly RowAnswer[]>;
  /** What the rows are. */
  readonly choice: RowChoice;
  /** Whether a long list of servers is shown in full. */
  readonly allServers: boolean;
}

/** The fleet at one moment, as lines: a heading, the servers, the accounts with what each server runs. */
export async function renderOverview(overview: Overview, looks: Looks): Promise<string[]> {
  const { fleet, rows, choice } = overview;
  const table = rowTable(fleet, looks);
  const shown = await rowsInOrder(rows, table);
  const grid = shown.length === 0 ? [] : layOut([headOf(table.head, looks), ...shown], INDENT);
  const title = choice.states.includes('effective') ? 'Accounts' : 'Accounts that are not effective';
  const sections = [
    layOut([[heading(fleet, looks)]]),
    section('Servers', serverLines(overview, looks), looks),
    section(title, grid, looks),
    layOut(table.legend().map(oneCell), INDENT),
    layOut(remarks(fleet, choice, shown.length).map(oneCell)),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

/** Only what is shown of an account is kept: with 500 servers its row is 100 kB. */
async function rowsInOrder(pages: Overview['rows'], table: RowTable): Promise<Row[]> {
  const entries: { readonly state: string; readonly name: string; readonly row: Row }[] = [];
  for await (const page of pages)
    for (const row of page) entries.push({ state: row.state, name: row.name, row: table.rowOf(row) });
  return entries.sort(worstFirst).map(({ row }) => row);
}

const INDENT = '  ';
const oneCell = (line: string): Row => [line];

function section(title: string, lines: readonly string[], { style }: Looks): readonly string[] {
  return lines.length === 0 ? [] : [style.strong(title), ...lines];
}

function serverLines({ fleet, allServers }: Overview, looks: Looks): string[] {
  const listed = serverRows(fleet, looks, allServers);
  const summary = listed.length <= fleet.servers.length && fleet.servers.length > 0;
  return [...layOut(summary ? [[serverSummary(fleet)]] : [], INDENT), ...layOut(listed, INDENT)];
}
