interface Kept<T> {
  readonly rows: number;
  readonly answer: Promise<T>;
}

/** Answers by key, the least recently used dropped first once they hold more than `limit` rows together. */
export class Answers<T> {
  readonly #kept = new Map<string, Kept<T>>();
  readonly #limit: number;
  #rows = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The answer kept under `key`; else `make` is asked, once even if several wait for it. What `isGood` refuses isn't kept. */
  async get(key: string, rows: number, make: () => Promise<T>, isGood: (answer: T) => boolean): Promise<T> {
    const known = this.#kept.get(key);
    if (known !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return known.answer;
    }
    const answer = make();
    this.#kept.set(key, { rows, answer });
    this.#rows += rows;
    this.#makeRoom();
    let good = false;
    try {
      const made = await answer;
      good = isGood(made);
      return made;
    } finally {
      if (!good) this.#drop(key);
    }
  }

  #makeRoom(): void {
    for (const key of this.#kept.keys()) {
      if (this.#rows <= this.#limit || this.#kept.size <= 1) return;
      this.#drop(key);
    }
  }

  #drop(key: string): void {
    this.#rows -= this.#kept.get(key)?.rows ?? 0;
    this.#kept.delete(key);
  }
}
