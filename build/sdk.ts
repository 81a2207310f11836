/**
 * Writes `sdk/index.d.ts`, the types an author of an algorithm needs, out of the types the product itself uses: one file
 * that imports nothing. `node build/sdk.ts`; a test compares it with what it must be.
 */
import { readFile, writeFile } from 'node:fs/promises';
import prettier from 'prettier';
import { AUTHOR_COLUMNS, NO_ROW, POST_COLUMNS, type Column } from '../protocol/columns.ts';
import { TEXT_KINDS } from '../protocol/record.ts';

const PAGE = new URL('../sdk/index.d.ts', import.meta.url);

function missingText({ missing, type }: Column): string {
  if (missing === NO_ROW) return '0xffffffff';
  return Number.isNaN(missing) ? 'NaN' : type === 'u8' && missing === 255 ? '255' : String(missing);
}

/** A table's names as an interface, so that an editor shows unit and meaning of each. */
function tableText(name: string, table: Readonly<Record<string, Column>>): string[] {
  return [
    `interface ${name} {`,
    ...Object.entries(table).flatMap(([column, about]) => [
      `  /** ${about.label}: ${about.type}, ${about.unit}; not known: ${missingText(about)}. */`,
      `  ${column}: never;`,
    ]),
    '}',
  ];
}

/** The file as it must be for the types as they are. */
export async function sdkText(): Promise<string> {
  const batch = await readFile(new URL('../protocol/batch.ts', import.meta.url), 'utf8');
  const text = [
    '/**',
    ' * Types for authors of Data Locker algorithms: what an algorithm is given and what it gives.',
    ' * Written by `node build/sdk.ts`; docs/writing-an-algorithm.md explains.',
    ' */',
    'export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;',
    'export interface JsonObject {',
    '  [key: string]: JsonValue | undefined;',
    '}',
    '',
    ...tableText('PostColumnTable', POST_COLUMNS),
    ...tableText('AuthorColumnTable', AUTHOR_COLUMNS),
    '',
    '/** Columns of posts, by the names that `needs.post` takes. */',
    'export type PostColumn = keyof PostColumnTable;',
    '/** Columns of authors, by the names that `needs.author` takes. */',
    'export type AuthorColumn = keyof AuthorColumnTable;',
    '',
    `/** Kinds of text, by index: ${TEXT_KINDS.map((kind, place) => `${place} ${kind}`).join(', ')}. */`,
    `export type TextKind = ${TEXT_KINDS.map((kind) => `'${kind}'`).join(' | ')};`,
    '',
    batch.replace(/^import .*\n/gm, ''),
  ].join('\n');
  const options = await prettier.resolveConfig(new URL('../package.json', import.meta.url));
  return prettier.format(text, { ...options, parser: 'typescript' });
}

/** The file as it lies in `sdk/`. */
export function storedSdkText(): Promise<string> {
  return readFile(PAGE, 'utf8');
}

if (import.meta.main) await writeFile(PAGE, await sdkText());
