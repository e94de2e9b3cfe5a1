import { layOut, type Row } from '../table.js';
import { counted } from './age.js';
import type { FleetAnswer, RowAnswer } from './answers.js';
import { heading } from './heading.js';
import { headOf, type Looks } from './looks.js';
import { rowTable } from './row-table.js';
import { countOf, faultyCount } from './rows.js';
import { serverRows, serverSummary } from './servers.js';

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
  const shown: Row[] = [];
  for await (const page of rows) shown.push(...page.map(table.rowOf));
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
