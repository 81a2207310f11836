interface PageOf<T> {
  readonly items: readonly T[];
  readonly total: number;
}

/** A list that is read page by page, and again as far as it was after a change. */
export class PagedList<T> {
  /** Null until it was read. */
  items = $state.raw<readonly T[] | null>(null);
  total = $state(0);
  readonly #size: number;
  readonly #read: (offset: number, limit: number) => Promise<PageOf<T>>;

  /** @param size items of a page */
  constructor(size: number, read: (offset: number, limit: number) => Promise<PageOf<T>>) {
    this.#size = size;
    this.#read = read;
  }

  get hasMore(): boolean {
    return (this.items?.length ?? 0) < this.total;
  }

  async more(): Promise<void> {
    await this.#load((this.items?.length ?? 0) + this.#size);
  }

  async again(): Promise<void> {
    await this.#load(this.items?.length ?? this.#size);
  }

  async #load(count: number): Promise<void> {
    const found: T[] = [];
    do {
      const { items, total } = await this.#read(found.length, this.#size);
      this.total = total;
      found.push(...items);
      if (items.length < this.#size) break;
    } while (found.length < count);
    this.items = found;
  }
}
