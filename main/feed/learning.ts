import type { Mix } from '../../protocol/owner/feed.ts';
import type { Store } from '../store/index.ts';
import { comparisonBatch } from './comparison-batch.ts';
import type { Evaluator } from './evaluator.ts';
import type { Member } from './member.ts';
import { rowsBy } from './grouping.ts';
import type { KeptFeed } from './snapshot-keeper.ts';

/** Posts that one learning from reading is told of at most. */
const READ_AT_ONCE = 200;

interface State {
  readonly algorithm: string;
  readonly state: Float64Array;
}

/** Keeps what algorithms learn, per entry of a mix, and lets them learn. What they learn is numbers that nobody else reads. */
export class Learning {
  readonly #store: Pick<Store, 'read' | 'write'>;
  readonly #evaluator: Evaluator;
  readonly #now: () => number;
  #states: Promise<Map<string, State>> | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(store: Pick<Store, 'read' | 'write'>, evaluator: Evaluator, now: () => number) {
    this.#store = store;
    this.#evaluator = evaluator;
    this.#now = now;
  }

  /** What was learnt in an entry by exactly this code; null: nothing. */
  async learnt(mix: string, entry: string, hash: string): Promise<Float64Array | null> {
    const known = (await this.#all()).get(keyOf(mix, entry));
    return known?.algorithm === hash ? known.state : null;
  }

  /** The posts from one reading position to the next were read: tells those that learn from reading. */
  read({ working, snapshot }: KeptFeed, from: number | null, to: number): void {
    if (working === null || snapshot.preview) return;
    const { plan, outcome } = working;
    const learners = plan.members.filter(({ algorithm }) => algorithm.manifest.learns === 'reading');
    const end = snapshot.shown.indexOf(to) + 1;
    const start = Math.max(from === null ? 0 : snapshot.shown.indexOf(from) + 1, end - READ_AT_ONCE);
    if (learners.length === 0 || start >= end) return;
    const rowOf = rowsBy(outcome.scene.columns.posts, 'id');
    const rows = Uint32Array.from(snapshot.shown.subarray(start, end), (id) => rowOf.get(id) ?? 0);
    this.#later(async () => {
      for (const member of learners) {
        const before = await this.learnt(plan.mix.id, member.entry.entry, member.algorithm.hash);
        const ran = await this.#evaluator.fit(withState(member, before), outcome.scene, rows);
        if (ran.ok) await this.#keep(plan.mix, member, ran.value);
      }
    });
  }

  /** Lets those that learn from comparisons learn all of them anew. */
  compared(mix: Mix, members: readonly Member[]): void {
    const learners = members.filter(({ algorithm }) => algorithm.manifest.learns === 'comparisons');
    if (learners.length === 0) return;
    this.#later(async () => {
      const comparisons = await this.#store.read('feed.comparisons', {});
      for (const member of learners) {
        const batch = comparisonBatch(
          member.algorithm.manifest.needs,
          comparisons.map(({ facts }) => facts),
        );
        const ctx = { now: comparisons.at(-1)?.at ?? 0, seed: 0, owner: {}, apiVersion: 1 as const };
        const ran = await this.#evaluator.fitTo(member, batch, ctx);
        if (ran.ok) await this.#keep(mix, member, ran.value);
      }
    });
  }

  /** Forgets what was learnt in one entry; without one, everything. */
  async forget(only: { readonly mix: string; readonly entry: string } | null): Promise<void> {
    await this.settled();
    await this.#store.write('feed.dropStates', { only: only === null ? null : { ...only } });
    this.#states = null;
  }

  /** Resolves when everything that was told so far is learnt. */
  async settled(): Promise<void> {
    await this.#turn;
  }

  /** One after another; a learner that fails keeps what it had. */
  #later(learn: () => Promise<void>): void {
    this.#turn = this.#turn.then(learn).catch(() => undefined);
  }

  async #keep(mix: Mix, { entry, algorithm }: Member, state: Float64Array): Promise<void> {
    const all = await this.#all();
    await this.#store.write('feed.putState', {
      mix: mix.id,
      entry: entry.entry,
      algorithm: algorithm.hash,
      state: state.slice(),
      at: this.#now(),
    });
    all.set(keyOf(mix.id, entry.entry), { algorithm: algorithm.hash, state });
  }

  async #all(): Promise<Map<string, State>> {
    this.#states ??= this.#store
      .read('feed.states', {})
      .then(
        (rows) => new Map(rows.map(({ mix, entry, algorithm, state }) => [keyOf(mix, entry), { algorithm, state }])),
      );
    try {
      return await this.#states;
    } catch (error) {
      this.#states = null;
      throw error;
    }
  }
}

function keyOf(mix: string, entry: string): string {
  return `${mix} ${entry}`;
}

function withState(member: Member, state: Float64Array | null): Member {
  const { place, entry, algorithm, settings } = member;
  return { place, entry, algorithm, settings, ...(state && { state }) };
}
