import type { Directory, Entry } from '../directory.ts';
import type { Primordials } from './primordials.ts';

export interface Views {
  /** What an algorithm sees of a batch: frozen objects over the buffer. */
  batch(directory: Directory, buffer: ArrayBuffer, arena: string | null): object;
  /** One array; undefined for a text, which isn't in the buffer. */
  array(entry: Entry, buffer: ArrayBuffer): object | undefined;
}

/** Builds batches over the buffers that the cell was given. Runs inside the cell. */
export function makeViews(p: Primordials): Views {
  function array(entry: Entry, buffer: ArrayBuffer): object | undefined {
    switch (entry.type) {
      case 'f64':
        return new p.Doubles(buffer, entry.offset, entry.length);
      case 'u32':
        return new p.Words(buffer, entry.offset, entry.length);
      case 'u16':
        return new p.Shorts(buffer, entry.offset, entry.length);
      case 'u8':
        return new p.Bytes(buffer, entry.offset, entry.length);
      case 'latin1':
      case 'utf16':
        return undefined;
    }
  }
  function table(count: number): Record<string, unknown> {
    const made = p.create();
    made.n = count;
    made.f64 = p.create();
    made.u32 = p.create();
    made.u8 = p.create();
    return made;
  }
  function put(target: Record<string, unknown>, type: string, name: string, value: unknown): void {
    const columns = target[type];
    if (p.isObject(columns)) columns[name] = value;
  }
  function freezeTable(made: Record<string, unknown>): object {
    p.freeze(made.f64);
    p.freeze(made.u32);
    p.freeze(made.u8);
    return p.freeze(made);
  }

  return {
    array,
    // Sections are named by their place in the batch: `f64.replies`, `author.u8.iFollow`, `text.off`, `labels.post`.
    batch(directory, buffer, arena) {
      const posts = table(directory.n);
      const authors = table(directory.authors);
      const text = p.create();
      const labels = p.create();
      for (const entry of directory.batch) {
        const [first = '', second = '', third = ''] = entry.name.split('.');
        const value = array(entry, buffer);
        if (first === 'text') text[second] = value ?? arena;
        else if (first === 'labels') labels[second] = value;
        else if (first === 'author') put(authors, second, third, value);
        else put(posts, first, second, value);
      }
      posts.author = freezeTable(authors);
      if (directory.langs !== null) posts.langs = p.freeze(directory.langs);
      if (p.ownKeys(text).length > 0) posts.text = p.freeze(text);
      if (p.ownKeys(labels).length > 0) posts.labels = p.freeze(labels);
      return freezeTable(posts);
    },
  };
}
