import type { PostView } from '../../protocol/owner/data.ts';
import type { CompareRequest } from '../../protocol/owner/learning.ts';
import { ROUTES } from '../../protocol/owner/routes.ts';
import type { Client } from '../api/client.ts';
import { sayError } from '../api/problem.ts';

export type Pair = readonly [PostView, PostView];
/** Which of the two was preferred; null: neither, or the owner can't say. */
export type Choice = 0 | 1 | null;

/** Posts of passed questions that are not asked about again for now. */
const PASSED_MAX = 200;

/** Asking the owner "which would you rather have seen", one pair after the other. */
export class PairState {
  phase = $state<'loading' | 'asking' | 'saving' | 'none' | 'failed'>('loading');
  problem = $state<string | null>(null);
  pair = $state.raw<Pair | null>(null);
  answered = $state(0);
  #past = $state.raw<readonly { readonly pair: Pair; readonly choice: Choice }[]>([]);
  /** Something can be taken back. */
  readonly undoable = $derived(this.#past.length > 0 || this.answered > 0);
  /** Told when the answers changed: what was learnt is another. */
  onchange: () => void = () => undefined;
  readonly #client: Client;
  #passed: readonly string[] = [];

  constructor(client: Client) {
    this.#client = client;
  }

  /** Asks the next question, about a post where one is given. */
  async next(about: string | null = null): Promise<void> {
    await this.#attempt(async () => {
      const body = { without: [...this.#passed], ...(about !== null && { about }) };
      const { pair, answered } = await this.#client.call(ROUTES.comparisonPair, { body });
      this.answered = answered;
      this.pair = pair;
      this.phase = pair === null ? 'none' : 'asking';
    });
  }

  async choose(choice: Choice): Promise<void> {
    const pair = this.pair;
    if (pair === null || this.phase !== 'asking') return;
    this.phase = 'saving';
    const saved = await this.#attempt(async () => {
      if (choice === null) this.#passed = [...this.#passed, ...pair.map(({ id }) => id)].slice(-PASSED_MAX);
      else await this.#client.call(ROUTES.compare, { body: answerOf(pair, choice) });
      this.#past = [...this.#past, { pair, choice }];
    });
    if (!saved) return;
    if (choice !== null) this.onchange();
    await this.next();
  }

  /** Takes the last answer back and asks again. */
  async undo(): Promise<void> {
    if (this.phase === 'saving' || this.phase === 'loading' || !this.undoable) return;
    this.phase = 'saving';
    const past = this.#past.at(-1) ?? (await this.#lastKept());
    if (past === null) return this.next();
    const undone = await this.#attempt(async () => {
      if (past.choice !== null) {
        const params = answerOf(past.pair, past.choice);
        this.answered = (await this.#client.call(ROUTES.dropComparison, { params })).answered;
      } else {
        const ids: readonly string[] = past.pair.map(({ id }) => id);
        this.#passed = this.#passed.filter((id) => !ids.includes(id));
      }
      this.#past = this.#past.slice(0, -1);
      this.pair = past.pair;
      this.phase = 'asking';
    });
    if (undone && past.choice !== null) this.onchange();
  }

  /** The last answer of an earlier visit, the preferred post first. */
  async #lastKept(): Promise<{ readonly pair: Pair; readonly choice: 0 } | null> {
    const { items } = await this.#client
      .call(ROUTES.answers, { query: { offset: 0, limit: 1 } })
      .catch(() => ({ items: [] }));
    const [last] = items;
    return last === undefined ? null : { pair: [last.better, last.worse], choice: 0 };
  }

  async #attempt(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      this.problem = null;
      return true;
    } catch (error) {
      this.problem = sayError(error);
      this.phase = 'failed';
      return false;
    }
  }
}

function answerOf([left, right]: Pair, choice: 0 | 1): CompareRequest {
  return choice === 0 ? { better: left.id, worse: right.id } : { better: right.id, worse: left.id };
}
