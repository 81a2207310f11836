import type { FeedNotice, Mix } from '../../protocol/owner/feed.ts';
import { ARRANGE_LIMIT, isPermutation, rearranged } from './arrange.ts';
import { blend, damp, scoresAsRanks, type Ranking } from './blend.ts';
import type { RowDecision } from './decision.ts';
import { OWNER_ENTRY, type Effects } from './effects.ts';
import { EffectsMemory, type Judgement } from './effects-memory.ts';
import type { Evaluator } from './evaluator.ts';
import { textOf, type Member } from './member.ts';
import { midRanks } from './mid-rank.ts';
import { ownerDecisions } from './owner-decisions.ts';
import type { Ran } from './runner.ts';
import type { Scene } from './scene.ts';
import { orderByBlend, visibleRows } from './visible.ts';
import { nothingSpared, sparedRows, type ExceptionTargets } from './spared.ts';

type Problem = FeedNotice['problem'];

/** An entry of the mix whose algorithm can't be run. */
export interface Missing {
  readonly place: number;
  readonly name: string;
  readonly problem: Problem;
}

/** What a feed is asked to be. */
export interface Plan {
  readonly mix: Mix;
  /** Enabled entries in the mix's order. */
  readonly members: readonly Member[];
  readonly missing: readonly Missing[];
  /** The owner's exceptions by algorithm. */
  readonly exceptions: ReadonlyMap<string, ExceptionTargets>;
}

/** One ranker's part: ranks follow `Outcome.visible`. */
export interface RankerPart extends Ranking {
  readonly member: Member;
  /** Per row of the window, as the ranker gave them. */
  readonly scores: Float64Array;
}

/** One damper's part: factors per row of the window. */
export interface DamperPart {
  readonly member: Member;
  readonly factor: Float64Array;
}

/** One reranker's part: the order before it, and its reason per place of that order (65535: none). */
export interface ArrangePart {
  readonly member: Member;
  readonly before: Uint32Array;
  readonly after: Uint32Array;
  readonly reason: Uint16Array | null;
}

/** Visible posts in their places. */
export interface Placed {
  /** After the dampers; follows `Outcome.visible`. */
  readonly blended: Float64Array;
  readonly arranged: readonly ArrangePart[];
  /** The visible rows, first shown first. */
  readonly order: Uint32Array;
}

/** What is known once the rankers have answered. */
export interface Blended {
  readonly scene: Scene;
  /** Rows that aren't hidden, newest first. */
  readonly visible: Uint32Array;
  readonly rankers: readonly RankerPart[];
}

/** Called with the order before the rerankers: what follows from the blend alone can begin. */
export type OnBlended = (blended: Blended, order: Uint32Array) => void;

/** A finished feed, in rows of its scene. */
export interface Outcome extends Blended, Placed {
  readonly effects: Effects;
  readonly dampers: readonly DamperPart[];
  readonly failures: readonly Missing[];
}

/** Runs a plan over a scene: blockers, rankers and dampers side by side, then the rerankers in turn. */
export class Pipeline {
  readonly #evaluator: Evaluator;
  readonly #effects = new EffectsMemory();

  constructor(evaluator: Evaluator) {
    this.#evaluator = evaluator;
  }

  async run(plan: Plan, scene: Scene, onBlended: OnBlended = () => undefined): Promise<Outcome> {
    const failures: Missing[] = [...plan.missing];
    const collect = async <T>(kind: string, ask: (member: Member) => Promise<Ran<T>>): Promise<[Member, T][]> => {
      const members = plan.members.filter(({ algorithm }) => algorithm.manifest.kind === kind);
      const ran = await Promise.all(members.map(async (member) => [member, await ask(member)] as const));
      return ran.flatMap(([member, answer]): [Member, T][] => {
        if (answer.ok) return [[member, answer.value]];
        failures.push(failureOf(member, answer.reason));
        return [];
      });
    };
    const [decided, scored, damped] = await Promise.all([
      collect('blocker', (member) => this.#evaluator.decide(member, scene)),
      collect('ranker', (member) => this.#evaluator.score(member, scene)),
      collect('damper', (member) => this.#evaluator.dampen(member, scene)),
    ]);
    const effects = this.#effects.unite(scene.columns, judgements(plan, scene, decided));
    const visible = visibleRows(effects);
    const rankers = scored.map(([member, scores]) => rankerPart(plan.mix, member, scores, visible));
    const dampers = damped.map(([member, factor]) => ({ member, factor }));
    const placed = await this.#place(plan, { scene, visible, rankers }, dampers, failures, onBlended);
    failures.sort((a, b) => a.place - b.place);
    return { scene, effects, visible, rankers, dampers, ...placed, failures };
  }

  /** The feed as it would be had one ranker given other scores. */
  async withScores(plan: Plan, outcome: Outcome, ranker: Member, scores: Float64Array): Promise<Placed> {
    const { scene, visible, dampers } = outcome;
    const rankers = outcome.rankers.map((part) =>
      part.member === ranker ? rankerPart(plan.mix, ranker, scores, visible) : part,
    );
    return this.#place(plan, { scene, visible, rankers }, dampers, [], () => undefined);
  }

  async #place(
    plan: Plan,
    parts: Blended,
    dampers: readonly DamperPart[],
    failures: Missing[],
    onBlended: OnBlended,
  ): Promise<Placed> {
    const { scene, visible, rankers } = parts;
    const blended = damp(
      blend(visible.length, rankers),
      dampers.map(({ factor }) => rowsOf(factor, visible)),
    );
    const start = orderByBlend(visible, blended);
    onBlended(parts, start);
    const arranged = await this.#arrange(plan, scene, start, failures);
    return { blended, arranged, order: arranged.at(-1)?.after ?? start };
  }

  async #arrange(plan: Plan, scene: Scene, start: Uint32Array, failures: Missing[]): Promise<ArrangePart[]> {
    const parts: ArrangePart[] = [];
    let before = start;
    for (const member of plan.members) {
      const { kind, window } = member.algorithm.manifest;
      if (kind !== 'reranker') continue;
      const top = Math.min(before.length, ARRANGE_LIMIT, window.maxItems ?? ARRANGE_LIMIT);
      const ran = await this.#evaluator.arrange(member, scene, before.subarray(0, top));
      if (!ran.ok || !isPermutation(ran.value.order, top)) {
        failures.push(failureOf(member, ran.ok ? 'invalid' : ran.reason));
        continue;
      }
      const after = rearranged(before, ran.value.order);
      parts.push({ member, before, after, reason: ran.value.reason ?? null });
      before = after;
    }
    return parts;
  }
}

function failureOf(member: Member, problem: Problem): Missing {
  return { place: member.place, name: textOf(member.algorithm.manifest.name), problem };
}

/** The owner's own rules come first, and no exception touches them. */
function judgements(plan: Plan, scene: Scene, decided: readonly [Member, readonly RowDecision[]][]): Judgement[] {
  const { posts } = scene.columns;
  const own: Judgement = {
    entry: OWNER_ENTRY,
    decisions: ownerDecisions(posts),
    spared: nothingSpared,
    exceptions: '',
    hostOf: () => null,
  };
  const others = decided.map(([member, decisions]): Judgement => {
    const { manifest } = member.algorithm;
    const targets = plan.exceptions.get(manifest.id);
    return {
      entry: member.place,
      decisions,
      spared: targets === undefined ? nothingSpared : sparedRows(posts, targets),
      exceptions: targets === undefined ? '' : exceptionsKey(targets),
      hostOf: ({ row, reason, args }) => {
        const place = manifest.reasons[reason]?.params.findIndex(({ as }) => as === 'host') ?? -1;
        const named = place < 0 ? undefined : scene.lists.hosts[args[place] ?? -1];
        return named ?? posts.context.authors.get(posts.f64('author')[row] ?? 0)?.host ?? null;
      },
    };
  });
  return [own, ...others];
}

function exceptionsKey({ authorUris, threads, posts }: ExceptionTargets): string {
  return JSON.stringify([[...authorUris], [...threads], [...posts]]);
}

const ranks = new WeakMap<Float64Array, { readonly visible: Uint32Array; readonly rank: Float64Array }>();

function rankerPart(mix: Mix, member: Member, scores: Float64Array, visible: Uint32Array): RankerPart {
  const { weight } = member.entry;
  if (mix.blend === 'score') return { member, weight, scores, rank: scoresAsRanks(rowsOf(scores, visible)) };
  // While the owner moves a slider, scores and visible posts stay the same: only the blend is made again.
  const known = ranks.get(scores);
  if (known?.visible === visible) return { member, weight, scores, rank: known.rank };
  const rank = midRanks(rowsOf(scores, visible));
  ranks.set(scores, { visible, rank });
  return { member, weight, scores, rank };
}

function rowsOf(values: Float64Array, rows: Uint32Array): Float64Array {
  if (rows.length === values.length) return values;
  const some = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) some[i] = values[rows[i] ?? 0] ?? NaN;
  return some;
}
