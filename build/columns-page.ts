import { readFile, writeFile } from 'node:fs/promises';
import { AUTHOR_COLUMNS, type Column, NO_ROW, POST_COLUMNS } from '../protocol/columns.ts';
import { markdownTable } from './markdown-table.ts';

const PAGE = new URL('../docs/columns.md', import.meta.url);

function missingText({ missing, type }: Column): string {
  if (Number.isNaN(missing)) return 'NaN';
  return type === 'u32' && missing === NO_ROW ? '0xffffffff' : String(missing);
}

function table(columns: Readonly<Record<string, Column>>): string {
  const rows = Object.entries(columns).map(([name, column]) => [
    `\`${name}\``,
    `\`${column.type}\``,
    column.unit,
    missingText(column),
    column.from,
    column.label,
  ]);
  return markdownTable([['Name', 'Type', 'Unit', 'When missing', 'From', 'What the owner reads'], ...rows]);
}

/** The page about the feed columns, as it must read for the table as it is. */
export function columnsPage(): string {
  return `${[
    '# Feed columns',
    'Everything an algorithm can be given about a post or its author, besides text. The table is closed: a manifest that names another column is invalid, and a column that isn’t declared isn’t there. This page is written by `node build/columns-page.ts`; [writing-an-algorithm.md](writing-an-algorithm.md) says how to use them.',
    'A count that isn’t known is NaN, never 0. An index that points nowhere is 0xffffffff. A type is the kind of array: `f64` a Float64Array, `u32` a Uint32Array, `u8` a Uint8Array.',
    '## Of a post',
    table(POST_COLUMNS),
    '## Of an author',
    'One row per author, at the place that `authorIdx` names.',
    table(AUTHOR_COLUMNS),
  ].join('\n\n')}\n`;
}

/** The page as it is. */
export async function writtenColumnsPage(): Promise<string> {
  return readFile(PAGE, 'utf8');
}

if (import.meta.main) await writeFile(PAGE, columnsPage());
