/** Which batches a process holds, by digest, least recently used first, within a cap of bytes. */
export class HeldBatches {
  readonly #capBytes: number;
  readonly #bytes = new Map<string, number>();
  #sum = 0;

  constructor(capBytes: number) {
    this.#capBytes = capBytes;
  }

  get bytes(): number {
    return this.#sum;
  }

  has(digest: string): boolean {
    return this.#bytes.has(digest);
  }

  /** Marks a batch as used now; false: it isn't held. */
  use(digest: string): boolean {
    const bytes = this.#bytes.get(digest);
    if (bytes === undefined) return false;
    this.#bytes.delete(digest);
    this.#bytes.set(digest, bytes);
    return true;
  }

  /** Notes a new batch and returns those to forget before it is sent. */
  add(digest: string, bytes: number): string[] {
    const forgotten: string[] = [];
    for (const [oldest, size] of this.#bytes) {
      if (this.#sum + bytes <= this.#capBytes) break;
      this.#bytes.delete(oldest);
      this.#sum -= size;
      forgotten.push(oldest);
    }
    this.#bytes.set(digest, bytes);
    this.#sum += bytes;
    return forgotten;
  }
}
