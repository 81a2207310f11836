import { createHash } from 'node:crypto';
import { LockerError } from '../../protocol/errors.ts';
import type { FeedNotice, Mix } from '../../protocol/owner/feed.ts';
import { columnsAt } from './column-values.ts';
import { columnDigest, jsonDigest } from './digest.ts';
import { exceptionTargets } from './exceptions.ts';
import { labelRows, type LabelsInForce } from './label-rows.ts';
import { marksOf } from './marks.ts';
import { settingsFor, type LoadedAlgorithm, type Member } from './member.ts';
import { listsAt } from './owner-lists.ts';
import type { Missing, OnBlended, Pipeline, Plan } from './pipeline.ts';
import { pick, rememberedFor, type PostSet } from './post-set.ts';
import type { Scene } from './scene.ts';
import type { Effects } from './effects.ts';
import type { Recipe, Snapshot, UsedAlgorithm, Working } from './snapshot.ts';
import { postsDigest } from './versions.ts';
import { hiddenRows } from './visible.ts';

const MINUTE = 60_000;

/** What the feed needs of the market. */
export interface Algorithms {
  /** Throws algorithm_not_found or algorithm_tampered. */
  load(id: string): Promise<LoadedAlgorithm & { readonly suspendedUntil: number | null }>;
  recordFailure(id: string): Promise<unknown>;
  /** What an algorithm has learnt in an entry of a mix; null: nothing. */
  learnt?(mix: string, entry: string, hash: string): Promise<Float64Array | null>;
}

/** A feed with the rows behind it. */
export interface MadeFeed {
  readonly snapshot: Snapshot;
  readonly working: Working;
}

/** The minute that a moment is in: feeds of one minute see the same ages, so that batches and answers can be used again. */
export function minuteOf(now: number): number {
  return Math.floor(now / MINUTE) * MINUTE;
}

/** Makes a feed of `posts`: the same recipe, posts and algorithms give the same bytes. */
export async function makeSnapshot(
  algorithms: Algorithms,
  pipeline: Pipeline,
  posts: PostSet,
  recipe: Recipe,
  labels: LabelsInForce,
  made: { readonly at: number; readonly preview: boolean; readonly onBlended?: OnBlended },
): Promise<MadeFeed> {
  const { mix } = recipe;
  const plan = await planOf(algorithms, recipe);
  const { members } = plan;
  const scene = sceneOf(posts, recipe, labels);
  const outcome = await pipeline.run(plan, scene, made.onBlended);
  const used = members.map(usedAlgorithm);
  const notices = [...recipe.gone.map(goneNotice), ...outcome.failures.map((failure) => noticeOf(mix, failure))];
  const ids = posts.f64('id');
  const shown = idsAt(ids, outcome.order);
  const hidden = idsAt(ids, hiddenRows(outcome.effects));
  const inputDigest = jsonDigest([
    postsDigest(posts),
    recipeContent(recipe),
    used.map(({ entry, hash }) => [entry, hash]),
    ...members.flatMap(({ entry, state }) => (state === undefined ? [] : [[entry.entry, columnDigest(state)]])),
    ...(members.some(readsLabels) ? [labelRows(posts, labels).digest] : []),
  ]);
  const outputDigest = jsonDigest([
    columnDigest(shown),
    columnDigest(hidden),
    effectsDigest(posts, outcome.effects),
    notices,
  ]);
  const snapshot: Snapshot = {
    feedId: jsonDigest([inputDigest, outputDigest]).slice(0, 32),
    created: made.at,
    preview: made.preview,
    inputDigest,
    outputDigest,
    document: { ...recipe, algorithms: used, notices },
    shown,
    hidden,
    marks: marksOf(posts, outcome.effects, members, scene),
  };
  return { snapshot, working: { plan, outcome } };
}

/** What a recipe asks of its algorithms. */
export async function planOf(
  algorithms: Algorithms,
  recipe: Pick<Recipe, 'mix' | 'order' | 'exceptions'>,
): Promise<Plan> {
  return { mix: recipe.mix, ...(await resolve(algorithms, recipe)), exceptions: exceptionTargets(recipe.exceptions) };
}

/** The posts and the owner's lists at a recipe's moment. */
export function sceneOf(posts: PostSet, { now, lists }: Pick<Recipe, 'now' | 'lists'>, labels: LabelsInForce): Scene {
  const seed = createHash('sha256').update(String(now)).digest().readUInt32LE(0);
  return { columns: columnsAt(posts, now), now, seed, lists: listsAt(lists, now), labels };
}

function idsAt(ids: Float64Array, rows: Uint32Array): Float64Array {
  return pick(ids, rows, new Float64Array(rows.length), NaN);
}

/** The mix's enabled entries with their algorithms; what can't be run is told, and the feed still comes. */
async function resolve(
  algorithms: Algorithms,
  { mix, order }: Pick<Recipe, 'mix' | 'order'>,
): Promise<Pick<Plan, 'members' | 'missing'>> {
  const members: Member[] = [];
  const missing: Missing[] = [];
  if (order === 'newest') return { members, missing };
  const enabled = mix.entries.flatMap((entry, place) => (entry.enabled ? [{ entry, place }] : []));
  // At once: each is a question to the store.
  const loads = await Promise.allSettled(enabled.map(({ entry }) => algorithms.load(entry.algorithm)));
  for (const [i, { entry, place }] of enabled.entries()) {
    try {
      const algorithm = loaded(loads[i]);
      const settings = settingsFor(algorithm.manifest, entry.settings);
      const learns = algorithm.manifest.learns !== undefined;
      const state = learns ? await algorithms.learnt?.(mix.id, entry.entry, algorithm.hash) : undefined;
      const member: Member = { place, entry, algorithm, settings, ...(state && { state }) };
      if (algorithm.suspendedUntil !== null) {
        missing.push({ place, name: algorithm.manifest.name.en ?? entry.algorithm, problem: 'suspended' });
      } else if (algorithm.manifest.kind !== 'ranker' || entry.weight > 0) members.push(member);
    } catch (error) {
      const problem = loadingProblem(error);
      if (problem === null) throw error;
      missing.push({ place, name: entry.algorithm, problem });
    }
  }
  if (mix.blend === 'score' && !members.every(mayBlendByScore))
    throw new LockerError('mix_invalid', { detail: 'blend' });
  return { members, missing };
}

function readsLabels({ algorithm: { manifest } }: Member): boolean {
  return manifest.needs.labels;
}

/** What a load gave. Throws what it threw. */
export function loaded<T>(load: PromiseSettledResult<T> | undefined): T {
  if (load?.status === 'fulfilled') return load.value;
  throw load?.reason;
}

function loadingProblem(error: unknown): FeedNotice['problem'] | null {
  if (!(error instanceof LockerError)) return null;
  if (error.code === 'algorithm_not_found') return 'missing';
  if (error.code === 'algorithm_tampered') return 'tampered';
  if (error.code === 'algorithm_revoked') return 'revoked';
  // Settings are checked when a mix is saved; an update of the algorithm may have made them wrong since.
  if (error.code === 'algorithm_setting_invalid') return 'invalid';
  return null;
}

function mayBlendByScore({ algorithm: { manifest } }: Member): boolean {
  return manifest.kind !== 'ranker' || manifest.normalised;
}

function usedAlgorithm({ entry, algorithm: { manifest, hash } }: Member): UsedAlgorithm {
  return { entry: entry.entry, algorithm: manifest.id, version: manifest.version, hash };
}

export function noticeOf(mix: Mix, { place, name, problem }: Missing): FeedNotice {
  const entry = mix.entries[place];
  return { entry: entry?.entry ?? '', algorithm: entry?.algorithm ?? '', name, problem };
}

/** A mix looks at what is left; that something is missing is told with the feed. */
function goneNotice(name: string): FeedNotice {
  return { entry: '', algorithm: '', name, problem: 'gone' };
}

/** Settings that were left out count as their defaults, so the code's hash and the chosen settings say it all. */
function recipeContent({ order, now, timeZone, mix, lists, exceptions }: Recipe): unknown {
  return order === 'newest' ? [order, now, timeZone, mix.window] : [order, now, timeZone, mix, lists, exceptions];
}

const digests = new WeakMap<Effects, string>();

function effectsDigest(posts: PostSet, effects: Effects): string {
  return rememberedFor(digests, effects, () => {
    const ids = posts.f64('id');
    const marked = [...effects.causes].sort(([a], [b]) => a - b);
    return jsonDigest(marked.map(([row, causes]) => [ids[row], causes]));
  });
}
