import type { Primordials } from './capture.ts';

/** `ctx.rows(batch)`: objects with a getter per column, for algorithms that prefer `post.replies`. Runs inside the cell. */
export function makeRows(p: Primordials) {
  type Place = { readonly index: number };

  function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null;
  }
  function getters(prototype: object, tables: Record<string, unknown>): void {
    for (const type of ['f64', 'u32', 'u8']) {
      const table = tables[type];
      if (!isObject(table)) continue;
      for (const name of p.ownKeys(table)) {
        const column: unknown = typeof name === 'string' ? table[name] : undefined;
        if (!p.isDoubles(column) && !p.isWords(column) && !p.isBytes(column)) continue;
        const get = function (this: Place): number | undefined {
          return column[this.index];
        };
        p.defineProperty(prototype, name, { get, enumerable: true });
      }
    }
  }
  function instances(prototype: object, count: number): object[] {
    p.freeze(prototype);
    const all: object[] = [];
    for (let index = 0; index < count; index += 1) {
      const row: object = p.create(prototype);
      p.defineProperty(row, 'index', { value: index, enumerable: true });
      all[index] = row;
    }
    return all;
  }
  function textGetter(prototype: object, text: Record<string, unknown>): void {
    const { arena, off, postSeg, kind } = text;
    if (!p.isWords(off) || !p.isWords(postSeg) || !p.isBytes(kind)) return;
    if (typeof arena !== 'string' && !p.isWords(arena)) return;
    const get = function (this: Place): object[] {
      const segments: object[] = [];
      const end = postSeg[this.index + 1] ?? 0;
      for (let s = postSeg[this.index] ?? 0; s < end; s += 1) {
        segments[segments.length] = { kind: kind[s], text: arena.slice(off[s], off[s + 1]) };
      }
      return segments;
    };
    p.defineProperty(prototype, 'segments', { get, enumerable: true });
  }

  /** One object per post: `index`, its columns by name, `author` where authorIdx is declared, `segments` where text is. */
  return (batch: unknown): object[] => {
    if (!isObject(batch) || typeof batch.n !== 'number') throw new TypeError('rows takes a batch');
    const post: object = p.create(null);
    getters(post, batch);
    if (isObject(batch.text)) textGetter(post, batch.text);
    const authorIdx: unknown = isObject(batch.u32) ? batch.u32.authorIdx : undefined;
    if (isObject(batch.author) && typeof batch.author.n === 'number' && p.isWords(authorIdx)) {
      const author: object = p.create(null);
      getters(author, batch.author);
      const authors = instances(author, batch.author.n);
      const get = function (this: Place): object | undefined {
        return authors[authorIdx[this.index] ?? -1];
      };
      p.defineProperty(post, 'author', { get, enumerable: true });
    }
    return instances(post, batch.n);
  };
}

export type Rows = ReturnType<typeof makeRows>;
