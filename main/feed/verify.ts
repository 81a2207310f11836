import type { Verdict } from '../../protocol/owner/feed.ts';
import { Evaluator } from './evaluator.ts';
import { makeSnapshot, type Algorithms } from './feed-maker.ts';
import { rowsBy } from './grouping.ts';
import { Pipeline } from './pipeline.ts';
import type { LabelsInForce } from './label-rows.ts';
import { pickPosts, type PostSet } from './post-set.ts';
import { Runner, type Sandbox } from './runner.ts';
import type { Snapshot } from './snapshot.ts';
import type { ReadTexts } from './texts.ts';
import { postPrints } from './versions.ts';

/** What a feed is computed with again: nothing that was remembered. */
export interface Recomputing {
  readonly algorithms: Algorithms;
  readonly sandbox: Sandbox;
  readonly texts: ReadTexts;
  /** The labels that held at the feed's moment, as far as they are known now. */
  readonly labels: LabelsInForce;
}

/** The posts of a feed as they are now, in the window's order; those that are gone are missing. */
export function candidatesOf({ shown, hidden }: Snapshot, posts: PostSet): PostSet {
  const wanted = new Set([...shown, ...hidden]);
  const ids = posts.f64('id');
  const rows: number[] = [];
  for (let row = 0; row < posts.n; row++) if (wanted.has(ids[row] ?? NaN)) rows.push(row);
  return rows.length === posts.n ? posts : pickPosts(posts, Uint32Array.from(rows));
}

/** Computes a feed again from `candidates`, and compares the bytes; or tells which records changed since. */
export async function verdictOn(
  snapshot: Snapshot,
  prints: Uint32Array,
  candidates: PostSet,
  { algorithms, sandbox, texts, labels }: Recomputing,
): Promise<Verdict> {
  const { feedId, document } = snapshot;
  const changed = changedRecords(snapshot, prints, candidates);
  if (changed.length > 0) return { feedId, verdict: 'inputs-changed', changed };
  const pipeline = new Pipeline(new Evaluator(new Runner(sandbox), texts));
  const made = { at: snapshot.created, preview: snapshot.preview };
  const again = await makeSnapshot(algorithms, pipeline, candidates, document, labels, made);
  if (again.snapshot.inputDigest !== snapshot.inputDigest) return { feedId, verdict: 'inputs-changed', changed };
  const same = again.snapshot.outputDigest === snapshot.outputDigest;
  return { feedId, verdict: same ? 'same' : 'differs', changed };
}

function changedRecords({ shown, hidden }: Snapshot, prints: Uint32Array, candidates: PostSet): string[] {
  const rows = rowsBy(candidates, 'id');
  const current = postPrints(candidates);
  const changed: string[] = [];
  [...shown, ...hidden].forEach((id, i) => {
    const row = rows.get(id);
    if (row === undefined || current[row] !== prints[i]) changed.push(String(id));
  });
  return changed;
}
