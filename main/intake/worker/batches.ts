import { LockerError } from '../../../protocol/errors.ts';
import type { IntakeRecord } from '../../../protocol/record.ts';
import { prepareRecord } from '../../records/index.ts';
import type { ImportWriter, PreparedRecord } from '../../store/index.ts';
import type { ReportBook } from '../report.ts';
import { ImportStopped } from '../sink.ts';

/** How long one batch may hold the writer, which also serves the owner's screens. */
const TARGET_MS = 25;
/** The same while services are being answered: their log rows wait for a batch. */
const SHARED_TARGET_MS = 8;
/** A slow moment of the machine must not shrink batches to where the commits cost more than the records. */
const SMALLEST = 50;
const SHARED_SMALLEST = 20;
const LARGEST = 500;
const FIRST = 20;
/** Batches on their way: enough to keep the writer busy, few enough that memory stays flat. */
const IN_FLIGHT = 4;

/** Prepares records and sends them to the writer in batches of about 25 ms. */
export class Batches {
  readonly #writer: ImportWriter;
  readonly #run: string;
  readonly #book: ReportBook;
  readonly #inFlight = new Set<Promise<void>>();
  #pending: PreparedRecord[] = [];
  #size = FIRST;
  #failure: unknown = null;

  constructor(writer: ImportWriter, run: string, book: ReportBook) {
    this.#writer = writer;
    this.#run = run;
    this.#book = book;
  }

  add(record: IntakeRecord): void {
    try {
      this.#pending.push(prepareRecord(record));
    } catch {
      this.#book.skip('a record that could not be made sense of', record.uri?.slice(0, 200) ?? record.datatype);
    }
    if (this.#pending.length >= this.#size) this.#send();
  }

  /** Resolves when more may be added; throws what stopped the writing. */
  async drain(): Promise<void> {
    while (this.#inFlight.size >= IN_FLIGHT) await Promise.race(this.#inFlight);
    if (this.#failure !== null) throw new ImportStopped({ cause: this.#failure });
  }

  /** Sends what is left and waits until everything is stored. */
  async finish(): Promise<void> {
    this.#send();
    await Promise.all(this.#inFlight);
    if (this.#failure !== null) throw new ImportStopped({ cause: this.#failure });
  }

  #send(): void {
    const records = this.#pending;
    this.#pending = [];
    if (records.length === 0 || this.#failure !== null) return;
    const sending = this.#store(records)
      .catch((error: unknown) => {
        this.#failure ??= error;
      })
      .finally(() => this.#inFlight.delete(sending));
    this.#inFlight.add(sending);
  }

  async #store(records: PreparedRecord[]): Promise<void> {
    try {
      this.#book.stored(await this.#writer.write('records.upsertBatch', { run: this.#run, records }));
      this.#fit(records.length);
    } catch (error) {
      const isContent = error instanceof LockerError && (error.code === 'bad_request' || error.code === 'internal');
      if (!isContent) throw error;
      // One record that the store refuses must not take the others with it.
      const [first, ...others] = records;
      if (first === undefined) return;
      if (others.length === 0) {
        this.#book.skip('a record that the store refused', first.uri?.slice(0, 200) ?? first.datatype);
        return;
      }
      const half = Math.ceil(records.length / 2);
      await this.#store(records.slice(0, half));
      await this.#store(records.slice(half));
    }
  }

  /** @param written how many records `lastMs` is of: by now the size may be another */
  #fit(written: number): void {
    const { lastMs, isShared } = this.#writer;
    if (lastMs <= 0) return;
    const smallest = isShared ? SHARED_SMALLEST : SMALLEST;
    const wanted = written * ((isShared ? SHARED_TARGET_MS : TARGET_MS) / lastMs);
    // Half the way each time: single slow writes (a checkpoint) don't throw the size about.
    this.#size = Math.round(Math.min(LARGEST, Math.max(smallest, (this.#size + Math.min(wanted, this.#size * 2)) / 2)));
  }
}
