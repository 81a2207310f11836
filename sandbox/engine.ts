import type { Call } from '../protocol/sandbox-run.ts';

/** Everything one run is given. Strings and buffers only: no object of ours ever enters a cell. */
export interface CellInput {
  code: string;
  call: Call;
  /** JSON texts. */
  settings: string;
  ctx: string;
  shape: string;
  /** What `batch` and `extra` hold, as JSON of `Directory`. */
  directory: string;
  /** Copied in, never shared. */
  batch: ArrayBuffer;
  extra: ArrayBuffer;
  /** The text of a `full` batch. */
  arena: string | null;
  /** Milliseconds after which the engine should try to stop. */
  stopAfterMs: number;
}

/** A place to run one algorithm: its own heap and globals, locked down, and no host function inside. */
export interface Cell extends Disposable {
  readonly memoryMb: number;
  /**
   * The bytes are the output laid out as protocol/sandbox-wire.ts says. Throws when the engine gave up. Real columns go in
   * once, and last; before that the same code may have run over made-up ones.
   */
  run(input: CellInput): ArrayBuffer;
}

/** What any JavaScript engine must offer to be used here. */
export interface Engine {
  /** A new cell that has seen no data. */
  cell(memoryMb: number): Cell;
}
