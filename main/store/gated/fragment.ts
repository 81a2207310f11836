import type { SqlText } from '../operation.ts';

/** A piece of a statement with its parameters, in the order of its question marks. */
export interface Fragment {
  readonly sql: string;
  readonly parameters: readonly (string | number | null)[];
}

/** Puts pieces together; what is not a piece is a parameter. Nothing that came from outside is ever a text here. */
export function fragment(
  texts: TemplateStringsArray,
  ...parts: readonly (Fragment | string | number | null)[]
): Fragment {
  let sql = texts[0] ?? '';
  const parameters: (string | number | null)[] = [];
  for (const [i, part] of parts.entries()) {
    if (typeof part === 'object' && part !== null) {
      sql += part.sql;
      parameters.push(...part.parameters);
    } else {
      sql += '?';
      parameters.push(part);
    }
    sql += texts[i + 1] ?? '';
  }
  return { sql, parameters };
}

export function allOf(parts: readonly Fragment[]): Fragment {
  if (parts.length === 0) return fragment`true`;
  return {
    sql: parts.map(({ sql }) => `(${sql})`).join(' and '),
    parameters: parts.flatMap(({ parameters }) => parameters),
  };
}

export function toText({ sql, parameters }: Fragment): SqlText {
  return { sql, parameters };
}
