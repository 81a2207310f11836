import type { Ctx } from '../../protocol/batch.ts';
import { AUTHOR_COLUMNS, isAuthorColumn, isPostColumn, POST_COLUMNS } from '../../protocol/columns.ts';
import type { Mix, MixEntry, Mixes } from '../../protocol/owner/feed.ts';
import type { Learnt, LearntEntry, TasteFact } from '../../protocol/owner/learning.ts';
import type { Store } from '../store/index.ts';
import type { NamedBatch } from './batch.ts';
import { comparisonBatch } from './comparison-batch.ts';
import type { Evaluator } from './evaluator.ts';
import type { Algorithms } from './feed-maker.ts';
import { settingsFor, textOf, type LoadedAlgorithm, type Member } from './member.ts';

/** Answers that a taste is read off, the latest. */
const ANSWERS = 200;
/** Facts that are told. */
const FACTS = 8;
/** A fact that is less of the whole is not told. */
const LEAST = 0.02;

interface Parts {
  readonly store: Pick<Store, 'read'>;
  readonly evaluator: Evaluator;
  readonly algorithms: Algorithms;
}

interface Kept {
  readonly algorithm: string;
  readonly state: Float64Array;
  readonly learnt: number;
}

/** The entries that learn in the mix that makes the feed, what others have learnt, and what is kept of entries that are gone. */
export async function learntOf(
  parts: Parts,
  { current, items }: Mixes,
  answers: readonly { readonly facts: string }[],
): Promise<Learnt> {
  const rows = await parts.store.read('feed.states', {});
  const kept = new Map<string, (typeof rows)[number]>(rows.map((row) => [`${row.mix} ${row.entry}`, row]));
  const told: LearntEntry[] = [];
  for (const mix of items.toSorted((a, b) => Number(b.id === current) - Number(a.id === current))) {
    for (const entry of mix.entries) {
      const key = `${mix.id} ${entry.entry}`;
      const state = kept.get(key) ?? null;
      kept.delete(key);
      const one = await entryOf(parts, { mix, entry, isCurrent: mix.id === current }, state, answers);
      if (one !== null) told.push(one);
    }
  }
  for (const { mix, entry, state, learnt } of kept.values()) {
    const mixName = items.find(({ id }) => id === mix)?.name ?? null;
    told.push({
      ...{ mix, mixName, entry, algorithm: null, name: entry, learns: null, enabled: false, current: mix === current },
      ...{ learnt: { at: learnt, bytes: state.byteLength }, outdated: true, enough: null, taste: null },
    });
  }
  return { items: told };
}

async function entryOf(
  parts: Parts,
  { mix, entry, isCurrent }: { readonly mix: Mix; readonly entry: MixEntry; readonly isCurrent: boolean },
  kept: Kept | null,
  answers: readonly { readonly facts: string }[],
): Promise<LearntEntry | null> {
  const algorithm = await parts.algorithms.load(entry.algorithm).catch(() => null);
  const learns = algorithm?.manifest.learns ?? null;
  if (kept === null && (learns === null || !entry.enabled || !isCurrent)) return null;
  const outdated = kept !== null && kept.algorithm !== algorithm?.hash;
  const member = algorithm === null ? null : memberOf(entry, algorithm, outdated ? null : kept);
  const enough = member?.settings['enough'];
  return {
    mix: mix.id,
    mixName: mix.name,
    entry: entry.entry,
    algorithm: entry.algorithm,
    name: algorithm === null ? entry.algorithm : textOf(algorithm.manifest.name),
    learns,
    enabled: entry.enabled,
    current: isCurrent,
    learnt: kept === null ? null : { at: kept.learnt, bytes: kept.state.byteLength },
    outdated,
    enough: learns === 'comparisons' && typeof enough === 'number' ? Math.ceil(enough) : null,
    taste:
      learns === 'comparisons' && member?.state !== undefined ? await tasteOf(parts.evaluator, member, answers) : null,
  };
}

function memberOf(entry: MixEntry, algorithm: LoadedAlgorithm, kept: Kept | null): Member {
  const settings = settingsFor(algorithm.manifest, entry.settings);
  return { place: 0, entry, algorithm, settings, ...(kept && { state: kept.state }) };
}

/**
 * What a learner makes of the answers, seen from outside: it is asked about the very posts that were compared. A fact lifts
 * when its contribution grows with it; its share is the spread of its contribution among the spreads of all.
 */
async function tasteOf(
  evaluator: Evaluator,
  member: Member,
  answers: readonly { readonly facts: string }[],
): Promise<LearntEntry['taste']> {
  const { manifest } = member.algorithm;
  if (manifest.kind !== 'ranker' || manifest.contributions.length === 0 || answers.length === 0) return null;
  const named = comparisonBatch(
    manifest.needs,
    answers.slice(-ANSWERS).map(({ facts }) => facts),
  );
  const ctx: Ctx = { now: 0, seed: 0, owner: {}, apiVersion: 1, ...(member.state && { state: member.state }) };
  const judged = await evaluator.judge(member, named, ctx);
  if (!judged.ok || judged.value.score.every(Number.isNaN)) return null;
  const { score, contribution } = judged.value;
  const width = manifest.contributions.length;
  const facts = manifest.contributions.map(({ name, columns }, at): TasteFact => {
    const parts = Float64Array.from({ length: named.batch.n }, (_, row) => contribution[row * width + at] ?? 0);
    const values = columns.map((column) => columnIn(named, column));
    return {
      name: labelOf(columns) ?? textOf(name),
      lifts: values.reduce((sum, value) => sum + togetherness(value, parts), 0) >= 0,
      share: Math.sqrt(togetherness(parts, parts)),
    };
  });
  const all = facts.reduce((sum, { share }) => sum + share, 0);
  const of = named.batch.n / 2;
  const fits = Array.from({ length: of }, (_, pair) => (score[2 * pair] ?? NaN) > (score[2 * pair + 1] ?? NaN));
  return {
    facts: facts
      .map((fact) => ({ ...fact, share: all === 0 ? 0 : Math.min(1, fact.share / all) }))
      .filter(({ share }) => share >= LEAST)
      .toSorted((a, b) => b.share - a.share)
      .slice(0, FACTS),
    fits: fits.filter(Boolean).length,
    of,
  };
}

/** What the owner reads of a contribution that is one column: which way it counts is then plain. */
function labelOf([name, ...others]: readonly string[]): string | null {
  if (name === undefined || others.length > 0) return null;
  if (isPostColumn(name)) return POST_COLUMNS[name].label;
  return isAuthorColumn(name) ? AUTHOR_COLUMNS[name].label : null;
}

function columnIn({ batch }: NamedBatch, name: string): ArrayLike<number> {
  if (isPostColumn(name)) return batch.f64[name] ?? batch.u32[name] ?? batch.u8[name] ?? [];
  if (!isAuthorColumn(name)) return [];
  return batch.author.f64[name] ?? batch.author.u32[name] ?? batch.author.u8[name] ?? [];
}

/** Covariance of what is known of both. */
function togetherness(one: ArrayLike<number>, other: ArrayLike<number>): number {
  const rows = Array.from({ length: Math.min(one.length, other.length) }, (_, row) => row).filter((row) =>
    Number.isFinite((one[row] ?? NaN) + (other[row] ?? NaN)),
  );
  const meanOf = (values: ArrayLike<number>): number =>
    rows.reduce((sum, row) => sum + (values[row] ?? 0), 0) / Math.max(rows.length, 1);
  const [first, second] = [meanOf(one), meanOf(other)];
  return (
    rows.reduce((sum, row) => sum + ((one[row] ?? 0) - first) * ((other[row] ?? 0) - second), 0) /
    Math.max(rows.length, 1)
  );
}
