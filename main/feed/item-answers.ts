import { isKeptPerItem, itemPrints } from './item-prints.ts';
import type { ColumnSource } from './column-values.ts';
import type { Manifest } from '../../protocol/manifest.ts';
import type { PostSet } from './post-set.ts';

/** Algorithms (with their settings) whose answers are kept. */
const KEPT_ALGORITHMS = 8;

interface Kept<T> {
  readonly seq: number;
  readonly print: number;
  readonly answer: T;
}

interface Memory<T> {
  readonly items: Map<number, Kept<T>>;
  /** Complete results: nothing needs to be looked up while the posts stay the same. */
  readonly complete: WeakMap<PostSet, readonly T[]>;
}

/**
 * Answers about single posts, kept under (algorithm, settings, owner's lists) and the version of the post:
 * a text blocker then reads only what is new.
 */
export class ItemAnswers<T> {
  readonly #memories = new Map<string, Memory<T>>();

  static keeps(manifest: Manifest): boolean {
    return isKeptPerItem(manifest) && manifest.needs.text !== 'none';
  }

  /**
   * The answer for each row, or null when `work` failed. `work` is given the rows without an answer and tells each by row;
   * what it told before a failure is kept.
   */
  async complete(
    key: string,
    manifest: Manifest,
    columns: ColumnSource,
    work: (rows: Uint32Array, tell: (row: number, answer: T) => void) => Promise<boolean>,
  ): Promise<readonly T[] | null> {
    const memory = this.#memory(key);
    const { posts } = columns;
    const known = memory.complete.get(posts);
    if (known !== undefined) return known;
    const ids = posts.f64('id');
    const seqs = posts.f64('seq');
    const prints = itemPrints(columns, manifest);
    const find = (row: number): T | undefined => {
      const kept = memory.items.get(ids[row] ?? NaN);
      return kept?.seq === seqs[row] && kept?.print === prints[row] ? kept?.answer : undefined;
    };
    const missing: number[] = [];
    for (let row = 0; row < posts.n; row++) if (find(row) === undefined) missing.push(row);
    if (missing.length > 0) {
      const done = await work(Uint32Array.from(missing), (row, answer) => {
        memory.items.set(ids[row] ?? NaN, { seq: seqs[row] ?? NaN, print: prints[row] ?? 0, answer });
      });
      if (!done) return null;
    }
    const answers: T[] = [];
    for (let row = 0; row < posts.n; row++) {
      const answer = find(row);
      if (answer === undefined) return null;
      answers.push(answer);
    }
    if (memory.items.size > 2 * posts.n + 1000) keepOnly(memory.items, ids);
    memory.complete.set(posts, answers);
    return answers;
  }

  #memory(key: string): Memory<T> {
    const known = this.#memories.get(key);
    const memory = known ?? { items: new Map<number, Kept<T>>(), complete: new WeakMap<PostSet, readonly T[]>() };
    this.#memories.delete(key);
    this.#memories.set(key, memory);
    const [oldest] = this.#memories.keys();
    if (this.#memories.size > KEPT_ALGORITHMS && oldest !== undefined) this.#memories.delete(oldest);
    return memory;
  }
}

function keepOnly<T>(items: Map<number, Kept<T>>, ids: Float64Array): void {
  const wanted = new Set(ids);
  for (const id of items.keys()) if (!wanted.has(id)) items.delete(id);
}
