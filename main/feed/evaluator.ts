import type { BlockOut, Ctx } from '../../protocol/batch.ts';
import { isAuthorColumn, NO_ROW } from '../../protocol/columns.ts';
import type { Call, CallOut } from '../../protocol/sandbox-run.ts';
import { judgeByChunks } from './chunked-work.ts';
import { cutBatch, type NamedBatch } from './batch.ts';
import { clampScores, dampingFactor } from './blend.ts';
import { columnsAt, type ColumnSource } from './column-values.ts';
import { withOrdinary } from './counterfactual.ts';
import { readDecisions, type Decision, type RowDecision } from './decision.ts';
import { jsonDigest } from './digest.ts';
import { ItemAnswers } from './item-answers.ts';
import { labelRows, type LabelRows } from './label-rows.ts';
import type { Member } from './member.ts';
import { declaredLists } from './owner-lists.ts';
import { pickPosts, remembered, rememberedFor } from './post-set.ts';
import type { Ran, Runner } from './runner.ts';
import { contextOf, withinWindow, type Scene } from './scene.ts';
import { namedText, readTextsOf, type ReadTexts, type TextChunk } from './texts.ts';

/** The moment of runs whose answers are kept per post: they must not depend on when they were made. */
const NO_MOMENT = 0;
const NO_DECISIONS: readonly Decision[] = [];

/** Posts of the window that explanations on a page are compared with. */
const SAMPLE = 250;

type NumberCall = 'score' | 'dampen';
type Numbers = { [C in NumberCall]: (out: CallOut[C]) => Float64Array };
const NUMBERS: Numbers = { score: (out) => out.score, dampen: (out) => out.factor };

/** Asks an algorithm about a scene: cuts the batch, brings the text, and reads the answer in rows of the window. */
export class Evaluator {
  readonly #runner: Runner;
  readonly #readTexts: ReadTexts;
  readonly #numbers = new ItemAnswers<number>();
  readonly #decisions = new ItemAnswers<readonly Decision[]>();
  readonly #scores = new WeakMap<object, Float64Array>();
  readonly #rowDecisions = new WeakMap<object, readonly RowDecision[]>();

  constructor(runner: Runner, readTexts: ReadTexts) {
    this.#runner = runner;
    this.#readTexts = readTexts;
  }

  /** A score per row of the window, within the declared bounds; NaN where there is none. */
  async score(member: Member, scene: Scene): Promise<Ran<Float64Array>> {
    const ran = await this.#numbersOf(member, 'score', scene);
    if (!ran.ok) return ran;
    const bounds = member.algorithm.manifest.scoreBounds;
    const value = rememberedFor(this.#scores, ran.value, () =>
      clampScores(padded(ran.value, scene.columns.posts.n), bounds),
    );
    return { ok: true, value };
  }

  /** A factor per row of the window. */
  async dampen(member: Member, scene: Scene): Promise<Ran<Float64Array>> {
    const ran = await this.#numbersOf(member, 'dampen', scene);
    if (!ran.ok) return ran;
    const value = rememberedFor(this.#scores, ran.value, () =>
      padded(ran.value, scene.columns.posts.n).map(dampingFactor),
    );
    return { ok: true, value };
  }

  /** What a blocker decided about rows of the window. */
  async decide(member: Member, scene: Scene): Promise<Ran<readonly RowDecision[]>> {
    const { manifest } = member.algorithm;
    const columns = windowColumns(member, scene);
    if (!ItemAnswers.keeps(manifest)) {
      const ran = await this.#whole(member, 'decide', columns, scene);
      if (!ran.ok) return ran;
      return {
        ok: true,
        value: rememberedFor(this.#rowDecisions, ran.value, () => decisionsOf(member, ran.value, columns, scene)),
      };
    }
    const answers = await this.#perItem(this.#decisions, member, 'decide', columns, scene, (out, part) => {
      const byRow = new Map<number, Decision[]>();
      for (const { row, ...decision } of decisionsOf(member, out, part, scene))
        remembered(byRow, row, () => []).push(decision);
      return (row) => byRow.get(row) ?? NO_DECISIONS;
    });
    if (!answers.ok) return answers;
    const value = rememberedFor(this.#rowDecisions, answers.value, () =>
      answers.value.flatMap((decisions, row) => decisions.map((decision) => ({ row, ...decision }))),
    );
    return { ok: true, value };
  }

  /** The order that a reranker proposes for rows of the window, given in the feed's order. */
  async arrange(member: Member, scene: Scene, rows: Uint32Array): Promise<Ran<CallOut['arrange']>> {
    const columns = columnsAt(pickPosts(scene.columns.posts, rows), scene.now);
    return this.#whole(member, 'arrange', columns, scene);
  }

  /** Contributions of a ranker to the scores of rows of the window, row after row; zeros beyond the ranker's own window. */
  async explain(member: Member, scene: Scene, rows: Uint32Array): Promise<Ran<Float64Array>> {
    const columns = windowColumns(member, scene);
    const inside = rows.filter((row) => row < columns.posts.n);
    const width = member.algorithm.manifest.contributions.length;
    const all = new Float64Array(rows.length * width);
    if (inside.length === 0) return { ok: true, value: all };
    const named = await this.#named(member, columns, scene);
    const ran = await this.#runner.ask(member, 'explain', named.batch, named.ctx, inside);
    if (!ran.ok) return ran;
    let from = 0;
    for (const [place, row] of rows.entries()) {
      if (row >= columns.posts.n) continue;
      all.set(ran.value.contribution.subarray(from, from + width), place * width);
      from += width;
    }
    return { ok: true, value: all };
  }

  /**
   * Contributions as `explain` gives them, asked of a small batch: the rows, what they refer to, and an even sample of the
   * window to compare with. Cheap, and near enough to say which contribution is the strongest.
   */
  async explainBySample(member: Member, scene: Scene, rows: Uint32Array): Promise<Ran<Float64Array>> {
    const columns = windowColumns(member, scene);
    const picked = withSample(columns, rows);
    const part = columnsAt(pickPosts(columns.posts, picked), scene.now);
    const named = await this.#named(member, part, scene);
    const asked = rows.map((row) => picked.indexOf(Math.min(row, columns.posts.n - 1)));
    const ran = await this.#runner.ask(member, 'explain', named.batch, named.ctx, asked);
    return ran.ok ? { ok: true, value: ran.value.contribution } : ran;
  }

  /**
   * Scores as they would be had `row` what is ordinary in the batch in the columns `names`; not kept. Where its author is
   * somebody ordinary, the author's other posts stay as they are: asked is why this one stands where it does.
   */
  async scoreWithout(
    member: Member,
    scene: Scene,
    row: number,
    names: readonly string[],
    given: Float64Array,
  ): Promise<Ran<Float64Array>> {
    const columns = withOrdinary(windowColumns(member, scene), row, names);
    const scores = await this.#rescored(member, scene, columns);
    return names.some(isAuthorColumn) ? onlyIn(row, scores, given) : scores;
  }

  /** Scores as they would be had `row` alone the score that it has with a setting at 0; not kept. */
  async scoreAtZero(
    member: Member,
    scene: Scene,
    row: number,
    setting: string,
    given: Float64Array,
  ): Promise<Ran<Float64Array>> {
    const without = { ...member, settings: { ...member.settings, [setting]: 0 } };
    return onlyIn(row, await this.#rescored(without, scene, windowColumns(member, scene)), given);
  }

  /** The answer about columns that were changed, as the algorithm gives it; not kept. */
  async askWith<C extends Exclude<Call, 'explain'>>(
    member: Member,
    call: C,
    columns: ColumnSource,
    scene: Scene,
  ): Promise<Ran<CallOut[C]>> {
    const named = await this.#named(member, columns, scene);
    return this.#runner.ask(member, call, named.batch, named.ctx);
  }

  /** What a learner makes of these rows of the window, in this order; not kept. */
  async fit(member: Member, scene: Scene, rows: Uint32Array): Promise<Ran<Float64Array>> {
    const ran = await this.askWith(member, 'fit', columnsAt(pickPosts(scene.columns.posts, rows), scene.now), scene);
    return ran.ok ? { ok: true, value: ran.value.state } : ran;
  }

  /** What a learner makes of a batch that is not of the window; not kept. */
  async fitTo(member: Member, batch: NamedBatch, ctx: Ctx): Promise<Ran<Float64Array>> {
    const ran = await this.#runner.ask(member, 'fit', batch, ctx);
    return ran.ok ? { ok: true, value: ran.value.state } : ran;
  }

  /** What a ranker says of all rows of a batch that is not of the window: its scores, and the contributions to each. */
  async judge(
    member: Member,
    batch: NamedBatch,
    ctx: Ctx,
  ): Promise<Ran<{ readonly score: Float64Array; readonly contribution: Float64Array }>> {
    const scored = await this.#runner.ask(member, 'score', batch, ctx);
    if (!scored.ok) return scored;
    const rows = Uint32Array.from({ length: batch.batch.n }, (_, row) => row);
    const explained = await this.#runner.ask(member, 'explain', batch, ctx, rows);
    if (!explained.ok) return explained;
    return { ok: true, value: { score: scored.value.score, contribution: explained.value.contribution } };
  }

  async #rescored(member: Member, scene: Scene, columns: ColumnSource): Promise<Ran<Float64Array>> {
    const ran = await this.askWith(member, 'score', columns, scene);
    if (!ran.ok) return ran;
    const scores = padded(ran.value.score, scene.columns.posts.n);
    return { ok: true, value: clampScores(scores, member.algorithm.manifest.scoreBounds) };
  }

  async #numbersOf(member: Member, call: NumberCall, scene: Scene): Promise<Ran<Float64Array>> {
    const columns = windowColumns(member, scene);
    if (!ItemAnswers.keeps(member.algorithm.manifest)) {
      const ran = await this.#whole(member, call, columns, scene);
      return ran.ok ? { ok: true, value: numbersIn(call, ran.value) } : ran;
    }
    const answers = await this.#perItem(this.#numbers, member, call, columns, scene, (out) => {
      const numbers = numbersIn(call, out);
      return (row) => numbers[row] ?? NaN;
    });
    if (!answers.ok) return answers;
    return { ok: true, value: rememberedFor(this.#scores, answers.value, () => Float64Array.from(answers.value)) };
  }

  async #whole<C extends Exclude<Call, 'explain'>>(
    member: Member,
    call: C,
    columns: ColumnSource,
    scene: Scene,
  ): Promise<Ran<CallOut[C]>> {
    const { batch, ctx } = await this.#named(member, columns, scene);
    return this.#runner.run(member, call, batch, ctx);
  }

  async #named(member: Member, columns: ColumnSource, scene: Scene): Promise<{ batch: NamedBatch; ctx: Ctx }> {
    const { manifest } = member.algorithm;
    const form = manifest.needs.text;
    const labels = labelsFor(member, columns, scene);
    if (form === 'none') {
      const ctx = contextOf(scene, manifest, null, labels, member.state);
      return { batch: cutBatch(columns, manifest.needs, null, labels), ctx };
    }
    const texts = await readTextsOf(this.#readTexts, columns.posts);
    const { named, dictionary } = namedText(columns.posts, texts, form);
    return {
      batch: cutBatch(columns, manifest.needs, named, labels),
      ctx: contextOf(scene, manifest, dictionary, labels, member.state),
    };
  }

  async #perItem<C extends NumberCall | 'decide', T>(
    memory: ItemAnswers<T>,
    member: Member,
    call: C,
    columns: ColumnSource,
    scene: Scene,
    answersIn: (out: CallOut[C], part: ColumnSource) => (row: number) => T,
  ): Promise<Ran<readonly T[]>> {
    const { manifest, hash } = member.algorithm;
    const key = `${hash} ${jsonDigest([member.settings, declaredLists(scene.lists, manifest.needs, null)])}`;
    const moment: Scene = { ...scene, now: NO_MOMENT, seed: 0 };
    const failures: Ran<never>[] = [];
    const judge = async (
      { rows, texts }: TextChunk,
      tell: (row: number, answer: T) => void,
    ): Promise<Ran<never> | null> => {
      const part = columnsAt(pickPosts(columns.posts, rows), NO_MOMENT);
      const { named, dictionary } = namedText(part.posts, texts, manifest.needs.text === 'tokens' ? 'tokens' : 'full');
      const ctx = contextOf(moment, manifest, dictionary, null);
      const ran = await this.#runner.ask(member, call, cutBatch(part, manifest.needs, named, null), ctx);
      if (!ran.ok) return ran;
      const answerOf = answersIn(ran.value, part);
      rows.forEach((row, at) => {
        tell(row, answerOf(at));
      });
      return null;
    };
    const answers = await memory.complete(key, manifest, columns, async (missing, tell) => {
      const failure = await judgeByChunks(this.#readTexts, columns.posts, missing, (chunk) => judge(chunk, tell));
      if (failure !== null) failures.push(failure);
      return failure === null;
    });
    return answers === null ? (failures[0] ?? { ok: false, reason: 'invalid' }) : { ok: true, value: answers };
  }
}

/** The rows with what they refer to and a sample of all, ascending; rows beyond the window are taken as its last. */
function withSample(columns: ColumnSource, rows: Uint32Array): Uint32Array {
  const { n } = columns.posts;
  const picked = new Set<number>();
  for (const row of rows) {
    picked.add(Math.min(row, n - 1));
    for (const column of ['boostOfRow', 'quoteOfRow', 'replyToRow'] as const) {
      const other = columns.post(column)[row] ?? NO_ROW;
      if (other !== NO_ROW) picked.add(other);
    }
  }
  const step = Math.max(1, Math.floor(n / SAMPLE));
  for (let row = 0; row < n; row += step) picked.add(row);
  return Uint32Array.from(picked).sort();
}

function windowColumns(member: Member, scene: Scene): ColumnSource {
  return columnsAt(withinWindow(scene.columns.posts, scene.now, member.algorithm.manifest.window), scene.now);
}

/** The labels of a batch, for an algorithm that declared them. */
function labelsFor(member: Member, columns: ColumnSource, scene: Scene): LabelRows | null {
  return member.algorithm.manifest.needs.labels ? labelRows(columns.posts, scene.labels) : null;
}

const NO_KINDS = new Uint32Array();

function decisionsOf(member: Member, out: BlockOut, columns: ColumnSource, scene: Scene): RowDecision[] {
  const kinds = labelsFor(member, columns, scene)?.kinds ?? NO_KINDS;
  return readDecisions(out, member.algorithm.manifest, columns.posts.f64('id'), columns.authorKeys(), kinds);
}

function numbersIn<C extends NumberCall>(call: C, out: CallOut[C]): Float64Array {
  const read: (out: CallOut[C]) => Float64Array = NUMBERS[call];
  return read(out);
}

/** The scores that were given, with the new one of one row. */
function onlyIn(row: number, ran: Ran<Float64Array>, given: Float64Array): Ran<Float64Array> {
  return ran.ok ? { ok: true, value: given.with(row, ran.value[row] ?? NaN) } : ran;
}

/** Posts beyond the algorithm's own window have no score. */
function padded(values: Float64Array, n: number): Float64Array {
  if (values.length === n) return values;
  const all = new Float64Array(n).fill(NaN);
  all.set(values);
  return all;
}
