import { WIRE_LIMITS } from '../protocol/sandbox-wire.ts';
import type { Cell, Engine } from './engine.ts';
import { rehearse, type RunForm } from './rehearsal.ts';

/** The cells that wait for a run: some that have seen nothing, and some that have rehearsed one call of one algorithm. */
export class Cells {
  readonly #engine: Engine;
  readonly #spares: Cell[] = [];
  /** By what they have rehearsed, oldest first: they serve nothing else. */
  readonly #rehearsed = new Map<string, Cell>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  get spares(): number {
    return this.#spares.length;
  }

  /** The best cell for a run; it is the caller's now. */
  take(key: string, memoryMb: number): Cell {
    const ready = this.#rehearsed.get(key);
    if (ready?.memoryMb === memoryMb) {
      this.#rehearsed.delete(key);
      return ready;
    }
    const at = this.#spares.findIndex((cell) => cell.memoryMb === memoryMb);
    const [cell] = at < 0 ? [] : this.#spares.splice(at, 1);
    return cell ?? this.#engine.cell(memoryMb);
  }

  /** Makes one more spare unless there are enough; one of another size makes room. */
  addSpare(memoryMb: number, wanted: number): void {
    const other = this.#spares.findIndex((cell) => cell.memoryMb !== memoryMb);
    if (this.#spares.length >= wanted && other >= 0) this.#spares.splice(other, 1)[0]?.[Symbol.dispose]();
    if (this.#spares.length < wanted) this.#spares.push(this.#engine.cell(memoryMb));
  }

  /**
   * Makes a cell in which `code` has run over made-up columns, unless there is one.
   *
   * @returns false where the engine gave up
   */
  addRehearsed(key: string, memoryMb: number, code: string, form: RunForm): boolean {
    if (this.#rehearsed.get(key)?.memoryMb === memoryMb) return true;
    this.#drop(key);
    const cell = this.#engine.cell(memoryMb);
    try {
      rehearse(cell, code, form);
    } catch {
      // What it threw is dropped unread.
      cell[Symbol.dispose]();
      return false;
    }
    this.#rehearsed.set(key, cell);
    const [oldest] = this.#rehearsed.keys();
    if (this.#rehearsed.size > WIRE_LIMITS.rehearsed && oldest !== undefined) this.#drop(oldest);
    return true;
  }

  #drop(key: string): void {
    this.#rehearsed.get(key)?.[Symbol.dispose]();
    this.#rehearsed.delete(key);
  }
}
