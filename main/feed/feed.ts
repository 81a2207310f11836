import { LockerError } from '../../protocol/errors.ts';
import type {
  ColumnsKnown,
  Exception,
  Exceptions,
  FeedPage,
  FeedPageQuery,
  FeedRequest,
  HiddenPage,
  MakeException,
  Mix,
  Mixes,
  MutedWords,
  NewCount,
  Origins,
  PageQuery,
  SetPosition,
  Verdict,
  Why,
} from '../../protocol/owner/feed.ts';
import type { FeedHealth, Replay, ReplayRequest } from '../../protocol/owner/replay.ts';
import type { Trial, TrialRequest, UpdateComparison } from '../../protocol/owner/trial.ts';
import type { z } from 'zod';
import type { Store } from '../store/index.ts';
import { Becauses } from './because.ts';
import { columnsAt } from './column-values.ts';
import { columnsKnown } from './columns-known.ts';
import { createComparing, learnFromComparisons, type Comparing } from './comparing.ts';
import { Evaluator } from './evaluator.ts';
import { exceptionView } from './exceptions.ts';
import { makeSnapshot, minuteOf, sceneOf, type Algorithms, type MadeFeed } from './feed-maker.ts';
import { hiddenPage } from './hidden.ts';
import { Learning } from './learning.ts';
import { NO_LABELS, type LabelsInForce, type LabelSource } from './label-rows.ts';
import { completeSettings, type LoadedAlgorithm } from './member.ts';
import { MixCheck } from './mix-check.ts';
import { newPosts } from './new-posts.ts';
import { OwnerState } from './owner-state.ts';
import { pageOf, type Reasons } from './pages.ts';
import { Pipeline } from './pipeline.ts';
import { LookBack } from './replay/look-back.ts';
import { Runner, type Sandbox } from './runner.ts';
import { storeSource } from './store-source.ts';
import { recordSeen } from './seen.ts';
import { SnapshotKeeper, type KeptFeed } from './snapshot-keeper.ts';
import type { Scene } from './scene.ts';
import type { Recipe, Working } from './snapshot.ts';
import { trialOf } from './trial/trial.ts';
import { updateComparison } from './trial/update.ts';
import { exceptionFor } from './exception-target.ts';
import { candidatesOf, verdictOn } from './verify.ts';
import { viewsById, type PostViews } from './views.ts';
import { ViewsAhead } from './views-ahead.ts';
import { whyOf } from './why.ts';
import type { WindowSource } from './window-source.ts';
import { Windows, type MixPosts } from './windows.ts';

export interface FeedOptions {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly records: PostViews;
  readonly market: Algorithms;
  readonly sandbox: Sandbox;
  /** Where the posts come from; the store's feed columns unless given. */
  readonly source?: WindowSource;
  /** Labels of others; none unless given. */
  readonly labels?: LabelSource;
  /** UTC milliseconds. */
  readonly now: () => number;
  /** The owner's time zone, IANA name. */
  readonly timeZone: () => Promise<string>;
}

type Slice = z.infer<typeof PageQuery>;
type Since = Pick<MixPosts, 'seq'> & Partial<Pick<MixPosts, 'gone'>>;
type TrialWanted = Pick<TrialRequest, 'settings' | 'facts'>;

/** The owner's feeds, one method per route of the owner API. All throw LockerError. */
export interface Feed extends Comparing, AsyncDisposable {
  makeFeed(request: FeedRequest): Promise<FeedPage>;
  feedPage(feedId: string, slice: z.infer<typeof FeedPageQuery>): Promise<FeedPage>;
  feedHidden(feedId: string, slice: Slice): Promise<HiddenPage>;
  feedWhy(feedId: string, record: string): Promise<Why>;
  feedNew(feedId: string): Promise<z.infer<typeof NewCount>>;
  feedPosition(feedId: string, position: z.infer<typeof SetPosition>): Promise<void>;
  feedVerify(feedId: string): Promise<Verdict>;
  /** Ids of the stored feeds, latest first. */
  feeds(): Promise<string[]>;
  getMix(): Promise<Mix>;
  /** Keeps a mix under its id, and makes feeds with it from now on. */
  saveMix(mix: Mix): Promise<Mix>;
  mixes(): Promise<Mixes>;
  chooseMix(id: string): Promise<Mixes>;
  dropMix(id: string): Promise<Mixes>;
  /** What a mix can be limited to. */
  mixOrigins(): Promise<Origins>;
  /** Columns of the saved mix's window in which anything is known. */
  columnsKnown(): Promise<ColumnsKnown>;
  getWords(): Promise<MutedWords>;
  saveWords(words: MutedWords): Promise<MutedWords>;
  exceptions(): Promise<z.infer<typeof Exceptions>>;
  makeException(exception: z.infer<typeof MakeException>): Promise<Exception>;
  dropException(id: string): Promise<void>;
  /** Looks back over past days under two mixes. */
  replay(request: ReplayRequest, signal: AbortSignal): Promise<Replay>;
  /** What the saved mix did in the last 30 days against newest first, and who of the owner's people was not seen. */
  feedHealth(signal: AbortSignal): Promise<FeedHealth>;
  /** What an algorithm, installed or not, does by itself with the posts of the saved mix's window. */
  trial(algorithm: LoadedAlgorithm, wanted: TrialWanted, signal: AbortSignal): Promise<Trial>;
  /** What changes when `next` takes the place of an installed version: both run over the same posts. */
  compareUpdate(
    installed: Pick<LoadedAlgorithm, 'manifest'>,
    next: LoadedAlgorithm,
    signal: AbortSignal,
  ): Promise<UpdateComparison>;
  /** Loads the window and lets the saved mix judge it, so that the first feed doesn't wait for that. */
  warm(): Promise<void>;
  /** Resolves when everything so far is in the store. */
  settled(): Promise<void>;
}

export function createFeed(options: FeedOptions): Feed {
  const { store, records, sandbox, now, timeZone } = options;
  const source = options.source ?? storeSource(store);
  const evaluator = new Evaluator(new Runner(sandbox), (ids) => source.texts(ids));
  const pipeline = new Pipeline(evaluator);
  const becauses = new Becauses(evaluator);
  const windows = new Windows(store, source, () => options.source ?? storeSource(store));
  const owner = new OwnerState(store);
  const keeper = new SnapshotKeeper(store);
  const checks = new MixCheck(options.market);
  const learning = new Learning(store, evaluator, now);
  const market: Algorithms = {
    load: async (id) => options.market.load(id),
    recordFailure: async (id) => options.market.recordFailure(id),
    learnt: async (mix, entry, hash) => learning.learnt(mix, entry, hash),
  };
  const lookBack = new LookBack({
    source,
    algorithms: market,
    sandbox,
    views: records,
    mixToTry: async (mix) => (mix === undefined ? owner.mix() : checks.toTry(mix, (await owner.mixes()).items)),
    recipeAt: async (mix, at) => recipe(mix, 'mix', at, { seq: Number.MAX_SAFE_INTEGER }),
    looksAt: async (mix) => windows.looksAt(mix),
    labelsAt: async (at) => labelsAt(at, Number.MAX_SAFE_INTEGER),
    now,
  });

  async function windowNow(mix: Mix, at: number): Promise<MixPosts> {
    await owner.salted();
    return windows.posts(mix, minuteOf(at), await timeZone());
  }

  async function recipe(mix: Mix, order: Recipe['order'], at: number, from: Since): Promise<Recipe> {
    const [lists, exceptions, zone] = await Promise.all([owner.lists(), owner.exceptions(), timeZone()]);
    const gone = (from.gone ?? []).map(({ id, name }) => (name === '' ? id : name));
    return { order, now: minuteOf(at), timeZone: zone, seq: from.seq, mix, gone, lists, exceptions };
  }

  async function labelsAt(moment: number, seq: number): Promise<LabelsInForce> {
    return (await options.labels?.inForce({ now: moment, seq })) ?? NO_LABELS;
  }

  /** What a mix would be run over at this moment. */
  async function sceneNow(mix: Mix): Promise<{ scene: Scene; exceptions: Recipe['exceptions'] }> {
    const at = now();
    const from = await windowNow(mix, at);
    const asked = await recipe(mix, 'mix', at, from);
    return { scene: sceneOf(from.posts, asked, await labelsAt(asked.now, from.seq)), exceptions: asked.exceptions };
  }

  /** A feed that nobody is shown. */
  async function madeAt(mix: Mix, at: number): Promise<MadeFeed> {
    const from = await windowNow(mix, at);
    const labels = await labelsAt(minuteOf(at), from.seq);
    const asked = await recipe(mix, 'mix', at, from);
    return makeSnapshot(market, pipeline, from.posts, asked, labels, { at, preview: true });
  }

  /** The rows behind a feed; for one that only the store still had, made again from what its posts are now. */
  async function workingOf(kept: KeptFeed): Promise<Working> {
    if (kept.working !== null) return kept.working;
    const candidates = candidatesOf(kept.snapshot, await windows.backTo(kept.snapshot, minuteOf(now())));
    const { document } = kept.snapshot;
    const labels = await labelsAt(document.now, document.seq);
    const made = { at: 0, preview: true };
    const { working } = await makeSnapshot(market, pipeline, candidates, document, labels, made);
    kept.working = working;
    return working;
  }

  async function page(
    kept: KeptFeed,
    slice: Slice,
    previous: KeptFeed | null,
    started: number,
    views: PostViews = records,
  ): Promise<FeedPage> {
    const { working } = kept;
    const because: Reasons =
      working === null || working.outcome.rankers.length === 0
        ? async () => []
        : (ids) => becauses.of(working.outcome, ids);
    return { ...(await pageOf(views, kept, slice, because, previous)), tookMs: performance.now() - started };
  }

  async function settled(): Promise<void> {
    await learning.settled();
    await keeper.stored();
  }

  async function previousOf(feedId: string | undefined): Promise<KeptFeed | null> {
    if (feedId === undefined) return null;
    try {
      return await keeper.find(feedId);
    } catch (error) {
      if (error instanceof LockerError && error.code === 'feed_not_found') return null;
      throw error;
    }
  }

  const comparing = createComparing({
    store,
    views: records,
    learning,
    evaluator,
    algorithms: market,
    now,
    mix: () => owner.mix(),
    mixes: () => owner.mixes(),
    window: windowNow,
    shown: async (mix, at) => (await madeAt(mix, at)).snapshot.shown,
  });

  return {
    ...comparing,
    async makeFeed({ mix: tried, order, limit, previous }) {
      const started = performance.now();
      using stack = new DisposableStack();
      stack.use(keeper.making());
      const ahead = new ViewsAhead(records, limit);
      const at = now();
      const mix = tried === undefined ? await owner.mix() : await checks.toTry(tried, (await owner.mixes()).items);
      const from = await windowNow(mix, at);
      const labels = await labelsAt(minuteOf(at), from.seq);
      const made = await makeSnapshot(market, pipeline, from.posts, await recipe(mix, order, at, from), labels, {
        at,
        preview: tried !== undefined,
        onBlended: (blended, top) => {
          becauses.prepare(blended, top);
          ahead.begin(blended.scene.columns.posts.f64('id'), top);
        },
      });
      await Promise.all(
        made.working.outcome.failures
          .filter(({ problem }) => isRunFailure(problem))
          .map(({ place }) => market.recordFailure(mix.entries[place]?.algorithm ?? '')),
      );
      const kept = keeper.keep(made);
      return page(kept, { offset: 0, limit }, await previousOf(previous), started, ahead);
    },
    async feedPage(feedId, { previous, ...slice }) {
      const started = performance.now();
      return page(await keeper.find(feedId), slice, await previousOf(previous), started);
    },
    async feedHidden(feedId, slice) {
      const kept = await keeper.find(feedId);
      await keeper.stored();
      return hiddenPage(store, records, kept, slice, now());
    },
    async feedWhy(feedId, record) {
      const kept = await keeper.find(feedId);
      return whyOf({ evaluator, pipeline }, kept.snapshot, await workingOf(kept), Number(record));
    },
    async feedNew(feedId) {
      const { snapshot } = await keeper.find(feedId);
      const { posts } = await windowNow(snapshot.document.mix, now());
      return { count: newPosts(snapshot, posts) };
    },
    async feedPosition(feedId, { record }) {
      const kept = await keeper.find(feedId);
      if (!kept.snapshot.shown.includes(Number(record))) throw new LockerError('record_not_found');
      const before = kept.position;
      await keeper.setPosition(kept, Number(record));
      learning.read(kept, before, Number(record));
      await recordSeen(store, records, kept.snapshot, before, Number(record), now());
    },
    async feedVerify(feedId) {
      const kept = await keeper.find(feedId);
      const prints = keeper.prints(kept);
      const candidates = candidatesOf(kept.snapshot, await windows.backTo(kept.snapshot, minuteOf(now())));
      return verdictOn(kept.snapshot, prints, candidates, {
        algorithms: market,
        sandbox,
        texts: (ids) => source.texts(ids),
        labels: await labelsAt(kept.snapshot.document.now, kept.snapshot.document.seq),
      });
    },
    async feeds() {
      await keeper.stored();
      return (await store.read('feed.snapshots', {})).map(({ feedId }) => feedId);
    },
    getMix: () => owner.mix(),
    async saveMix(mix) {
      const checked = await checks.toSave(mix, (await owner.mixes()).items);
      await owner.saveMix(checked);
      await learnFromComparisons(learning, market, checked);
      return checked;
    },
    mixes: () => owner.mixes(),
    async chooseMix(id) {
      const mixes = await owner.chooseMix(id);
      // Answers were given since it was last chosen.
      await learnFromComparisons(learning, market, await owner.mix());
      return mixes;
    },
    dropMix: (id) => owner.dropMix(id),
    async mixOrigins() {
      return { items: await store.read('feed.origins', {}) };
    },
    async columnsKnown() {
      const at = now();
      const { posts } = await windowNow(await owner.mix(), at);
      return { columns: [...columnsKnown(columnsAt(posts, minuteOf(at)))] };
    },
    getWords: () => owner.lists(),
    async saveWords(words) {
      await owner.saveLists(words);
      return words;
    },
    async exceptions() {
      return { items: (await owner.exceptions()).map(exceptionView) };
    },
    async makeException({ algorithm, target, record }) {
      await market.load(algorithm);
      const [view] = (await viewsById(records, [Number(record)])).values();
      if (view === undefined) throw new LockerError('record_not_found');
      const facts = await store.read('feedColumns.thread', { id: Number(record) });
      return exceptionView(
        await owner.addException({ algorithm, ...exceptionFor(target, view, facts), created: now() }),
      );
    },
    dropException: (id) => owner.dropException(id),
    async warm() {
      await madeAt(await owner.mix(), now());
    },
    async trial(algorithm, { settings, facts }, signal) {
      const started = performance.now();
      const { scene } = await sceneNow(await owner.mix());
      const { manifest } = algorithm;
      const entry = { entry: 'trial', algorithm: manifest.id, enabled: true, weight: 1, settings: settings ?? {} };
      const member = { place: 0, entry, algorithm, settings: completeSettings(manifest, entry.settings) };
      const tried = await trialOf(evaluator, member, scene, records, { facts, signal });
      return { ...tried, tookMs: performance.now() - started };
    },
    async compareUpdate(installed, next, signal) {
      const started = performance.now();
      const mix = await owner.mix();
      const parts = { algorithms: market, pipeline: new Pipeline(evaluator), views: records, mix, signal };
      const compared = await updateComparison({ ...parts, ...(await sceneNow(mix)) }, installed, next);
      return { ...compared, tookMs: performance.now() - started };
    },
    replay: async (request, signal) => lookBack.replay(request, signal),
    feedHealth: async (signal) => lookBack.health(signal),
    settled,
    [Symbol.asyncDispose]: settled,
  };
}

function isRunFailure(problem: string): boolean {
  return ['deadline', 'exit', 'frame', 'thrown', 'invalid'].includes(problem);
}
