import type { ImportFile } from '../archive/import-file.ts';

/** Too early to tell how long the rest takes. */
const WARM_UP_MS = 2000;
const WARM_UP_SHARE = 0.01;

/** How far an import is, by bytes read of all bytes. */
export class Progress {
  readonly #total: number;
  readonly #now: () => number;
  readonly #began: number;
  #read = 0;

  constructor(total: number, now: () => number) {
    this.#total = total;
    this.#now = now;
    this.#began = now();
  }

  /** The same file, with what is read of it counted once however often it is opened. */
  watched(file: ImportFile): ImportFile {
    let counted = 0;
    const count = (at: number): void => {
      if (at > counted) {
        this.#read += at - counted;
        counted = at;
      }
    };
    return {
      path: file.path,
      size: file.size,
      open: () => counting(file.open(), count),
    };
  }

  get share(): number | null {
    return this.#total === 0 ? null : Math.min(1, this.#read / this.#total);
  }

  /** Estimated milliseconds left. */
  get leftMs(): number | null {
    const { share } = this;
    const elapsed = this.#now() - this.#began;
    if (share === null || share < WARM_UP_SHARE || elapsed < WARM_UP_MS) return null;
    return Math.round((elapsed * (1 - share)) / share);
  }
}

async function* counting(pieces: AsyncIterable<Uint8Array>, count: (at: number) => void): AsyncGenerator<Uint8Array> {
  let at = 0;
  for await (const piece of pieces) {
    at += piece.length;
    count(at);
    yield piece;
  }
}
