import { printable } from './printable.js';

/** A cell of a table: text of whatever origin, and how to emphasise it. */
export interface Cell {
  readonly text: string;
  readonly style?: ((text: string) => string) | undefined;
}

/** A row; a plain string is a cell without emphasis. */
export type Row = readonly (Cell | string)[];

const GAP = '  ';
/** A cell longer than this is not padded for: one long subject must not push every other column aside. */
const WIDEST = 60;

/** Lays rows out in columns, two blanks apart, each line after `indent`. Cells are made printable. */
export function layOut(rows: readonly Row[], indent = ''): string[] {
  const cells = rows.map((row) => row.map(asCell));
  const widths = columnWidths(cells);
  return cells.map((row) =>
    `${indent}${row.map((cell, column) => padded(cell, widths[column] ?? 0)).join(GAP)}`.trimEnd(),
  );
}

function asCell(cell: Cell | string): Cell {
  return typeof cell === 'string' ? { text: printable(cell) } : { ...cell, text: printable(cell.text) };
}

function columnWidths(rows: readonly (readonly Cell[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, { text }] of row.entries()) {
      const width = textWidth(text);
      widths[column] = Math.max(widths[column] ?? 0, width <= WIDEST ? width : 0);
    }
  }
  return widths;
}

function padded({ text, style }: Cell, width: number): string {
  const padding = ' '.repeat(Math.max(0, width - textWidth(text)));
  return (style?.(text) ?? text) + padding;
}

/** Columns that a text takes: wide characters (East Asian, emoji) take two, combining marks none. */
export function textWidth(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text) {
    if (/\p{Mn}|\p{Me}|\u200d|\ufe0f/u.test(character)) continue;
    width +=
      /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Emoji_Presentation}|[\uff01-\uff60]/u.test(
        character,
      )
        ? 2
        : 1;
  }
  return width;
}
