import type { Directory, Entry } from '../directory.ts';
import type { Primordials } from './capture.ts';

/** Builds what an algorithm sees, a batch and its rows, over the buffers it was given. Runs inside the cell. */
export function makeViews(p: Primordials) {
  type Bag = Record<string, unknown>;

  function bag(): Bag {
    return p.create(null);
  }
  function view(entry: Entry, buffer: ArrayBuffer): object | undefined {
    switch (entry.type) {
      case 'f64':
        return new p.Doubles(buffer, entry.offset, entry.length);
      case 'u32':
        return new p.Words(buffer, entry.offset, entry.length);
      case 'u16':
        return new p.Shorts(buffer, entry.offset, entry.length);
      case 'u8':
        return new p.Bytes(buffer, entry.offset, entry.length);
      default:
        return undefined;
    }
  }
  function columns(count: number): { bag: Bag; tables: Bag; put(path: string[], value: unknown): void } {
    const tables: Bag = bag();
    tables.f64 = bag();
    tables.u32 = bag();
    tables.u8 = bag();
    const all = bag();
    all.n = count;
    all.f64 = tables.f64;
    all.u32 = tables.u32;
    all.u8 = tables.u8;
    return {
      bag: all,
      tables,
      put(path, value) {
        const [table = '', name = ''] = path;
        const target = tables[table];
        if (typeof target === 'object' && target !== null) p.defineProperty(target, name, { value, enumerable: true });
      },
    };
  }

  /** Sections are named by their place in the batch: `f64.replies`, `author.u8.iFollow`, `text.off`. */
  function batch(directory: Directory, buffer: ArrayBuffer, arena: string | null): Bag {
    const posts = columns(directory.n);
    const authors = columns(directory.authors);
    const text = bag();
    let hasText = false;
    for (const entry of directory.batch) {
      const path = entry.name.split('.');
      const array = view(entry, buffer);
      if (path[0] === 'text') {
        hasText = true;
        text[path[1] ?? ''] = array ?? arena ?? '';
      } else if (path[0] === 'author') authors.put(path.slice(1), array);
      else posts.put(path, array);
    }
    for (const key of ['f64', 'u32', 'u8']) {
      p.freeze(posts.tables[key]);
      p.freeze(authors.tables[key]);
    }
    posts.bag.author = p.freeze(authors.bag);
    if (directory.langs !== null) posts.bag.langs = p.freeze(directory.langs);
    if (hasText) posts.bag.text = p.freeze(text);
    return p.freeze(posts.bag);
  }

  return { batch, view };
}

export type Views = ReturnType<typeof makeViews>;
