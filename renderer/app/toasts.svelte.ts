import { sayError } from '../api/problem.ts';

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: 'plain' | 'problem';
  /** What takes it back, offered as a button and by the undo key. */
  readonly undo: (() => Promise<void> | void) | null;
  /** What else can be done about it, offered as a button. */
  readonly offer: { readonly label: string; readonly run: () => Promise<void> | void } | null;
}

const SHOWN_MS = 9_000;
const MOST = 3;

/** Short messages at the edge of the screen; the newest is last. */
export class Toasts {
  items = $state.raw<readonly Toast[]>([]);
  #next = 1;
  #held = false;
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();

  /** Gives the message's id, for `drop`. */
  say(text: string, undo: Toast['undo'] = null, offer: Toast['offer'] = null): number {
    const id = this.#next++;
    this.#add({ id, text, tone: 'plain', undo, offer });
    return id;
  }

  problem(text: string): void {
    this.#add({ id: this.#next++, text, tone: 'problem', undo: null, offer: null });
  }

  /** Does something, and says what went wrong with it. */
  async attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.problem(sayError(error));
    }
  }

  drop(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.items = this.items.filter((toast) => toast.id !== id);
  }

  /** Takes back what the newest undoable message speaks of; false when there is none. */
  async undoLast(): Promise<boolean> {
    const toast = this.items.findLast((item) => item.undo !== null);
    if (toast === undefined) return false;
    this.drop(toast.id);
    await toast.undo?.();
    return true;
  }

  /** While the pointer or focus is on the messages, none goes away. */
  hold(held: boolean): void {
    this.#held = held;
    if (held) for (const timer of this.#timers.values()) clearTimeout(timer);
    else for (const toast of this.items) this.#arm(toast.id);
  }

  #add(toast: Toast): void {
    this.items = [...this.items, toast].slice(-MOST);
    if (!this.#held) this.#arm(toast.id);
  }

  #arm(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.set(
      id,
      setTimeout(() => this.drop(id), SHOWN_MS),
    );
  }
}
