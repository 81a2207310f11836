import type { Primordials } from './primordials.ts';

export type Rows = (batch: unknown) => object[];

/** `ctx.rows(batch)`: objects with a getter per column, for algorithms that prefer `post.replies`. Runs inside the cell. */
export function makeRows(p: Primordials): Rows {
  interface Place {
    readonly index: number;
  }

  function getters(prototype: object, tables: Record<string, unknown>): void {
    for (const type of ['f64', 'u32', 'u8']) {
      const table = tables[type];
      if (!p.isObject(table)) continue;
      for (const name of p.ownKeys(table)) {
        const column = typeof name === 'string' ? table[name] : undefined;
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
      const row = p.create(prototype);
      row.index = index;
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

  return (batch) => {
    if (!p.isObject(batch) || typeof batch.n !== 'number') throw new TypeError('rows takes a batch');
    const post = p.create();
    getters(post, batch);
    if (p.isObject(batch.text)) textGetter(post, batch.text);
    const authorIdx = p.isObject(batch.u32) ? batch.u32.authorIdx : undefined;
    if (p.isObject(batch.author) && typeof batch.author.n === 'number' && p.isWords(authorIdx)) {
      const author = p.create();
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
