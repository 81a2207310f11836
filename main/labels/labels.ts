import { randomBytes } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import type { z } from 'zod';
import { branded } from '../../protocol/brand.ts';
import { LockerError } from '../../protocol/errors.ts';
import type {
  ChangeLabels,
  ChooseLabel,
  ExceptLabel,
  LabelPreview,
  LabelSource,
  PreviewLabels,
  SubscribeLabels,
} from '../../protocol/owner/labels.ts';
import { uriKey } from '../derive/index.ts';
import type { LabelSource as FeedLabels } from '../feed/index.ts';
import type { FetchPowers } from '../intake/index.ts';
import type { Store } from '../store/index.ts';
import { fetchSource } from './fetch-source.ts';
import { InForce } from './in-force.ts';
import { nextAsk, Polling } from './polling.ts';
import { Previews, type Looked } from './previews.ts';
import { readSource } from './read/read-source.ts';
import { showPreview, type PostViews } from './show-preview.ts';
import { labelKey } from './signature/label-key.ts';
import { sourceView } from './source-view.ts';
import { takeIn } from './take-in.ts';

/** Longest file of labels. */
const MAX_BYTES = 32 * 1024 * 1024;

export interface LabelsOptions {
  readonly store: Store;
  readonly records: PostViews;
  /** UTC milliseconds. */
  readonly now: () => number;
  readonly random?: () => number;
  readonly resolve?: FetchPowers['resolve'];
  /** Ask addresses when they are due; tests ask by themselves. */
  readonly polls?: boolean;
}

/** Labelers and lists, one method per route of the owner API. All throw LockerError. */
export interface Labels extends FeedLabels, AsyncDisposable {
  all(): Promise<LabelSource[]>;
  previewAddress(wish: z.infer<typeof PreviewLabels>): Promise<LabelPreview>;
  previewFile(file: AsyncIterable<Uint8Array>, key: string | null, name?: string): Promise<LabelPreview>;
  subscribe(wish: z.infer<typeof SubscribeLabels>): Promise<LabelSource>;
  /** A newer file of the same labeler or list. */
  renew(id: string, preview: string): Promise<LabelSource>;
  change(id: string, changes: z.infer<typeof ChangeLabels>): Promise<LabelSource>;
  choose(id: string, choice: z.infer<typeof ChooseLabel>): Promise<LabelSource>;
  except(id: string, exception: z.infer<typeof ExceptLabel>): Promise<LabelSource>;
  dropException(exception: string): Promise<void>;
  poll(id: string): Promise<LabelSource>;
  drop(id: string): Promise<void>;
  /** Asks all addresses that are due; gives how long until the next is. */
  round(): Promise<number>;
}

export function createLabels(options: LabelsOptions): Labels {
  const { store, records, now } = options;
  const random = options.random ?? Math.random;
  const resolve = options.resolve ?? ((hostname: string) => lookup(hostname, { all: true, verbatim: true }));
  const inForce = new InForce(store);
  const previews = new Previews(now);
  const polling = new Polling({ store, now, random, resolve, onChanged: () => inForce.changed() });
  if (options.polls !== false) polling.start();

  async function viewOf(id: string): Promise<LabelSource> {
    const stored = await store.read('labels.source', { id });
    if (stored === null) throw new LockerError('label_source_not_found');
    return sourceView(stored);
  }

  /** The source after a change that the feed must know of. */
  async function changed(id: string): Promise<LabelSource> {
    inForce.changed();
    return viewOf(id);
  }

  async function look(looked: Looked): Promise<LabelPreview> {
    return showPreview(store, records, now(), previews.keep(looked), looked);
  }

  return {
    all: async () => (await store.read('labels.sources', {})).map(sourceView),
    async previewAddress({ url, allowLoopback, key }) {
      const request = { url, allowLoopback, etag: null, lastModified: null, cursor: null };
      const answer = await fetchSource(request, key === null ? null : labelKey(key), { resolve, now });
      if (answer.kind !== 'fetched') throw new LockerError('fetch_failed');
      return look({ ...answer, address: url, allowLoopback });
    },
    async previewFile(file, key, name) {
      const content = readSource(await bytesOf(file), key === null ? null : labelKey(key));
      const named = { ...content, name: content.name ?? (name === undefined ? null : titleOf(name)) };
      return look({ content: named, address: null, allowLoopback: false, etag: null, lastModified: null });
    },
    async subscribe({ preview, name, intervalMinutes, choices }) {
      const { content, address, allowLoopback, etag, lastModified } = previews.take(preview);
      const id = randomBytes(12).toString('base64url');
      const { kind, publisher, key, cursor } = content;
      const nextDue = nextAsk(now(), intervalMinutes, 0, random());
      const source = { id, kind, name, publisher, address, allowLoopback, key, intervalMinutes, nextDue };
      await store.write('labels.add', source);
      await takeIn(store, id, content);
      for (const { value, choice } of choices) await store.write('labels.choose', { id, value, severity: choice });
      const validators = { etag, lastModified, cursor };
      const polled = { id, at: now(), nextDue, failures: 0, problem: null, changed: true, validators };
      await store.write('labels.polled', polled);
      previews.forget(preview);
      return changed(id);
    },
    async renew(id, preview) {
      const stored = await store.read('labels.source', { id });
      if (stored === null) throw new LockerError('label_source_not_found');
      const { content } = previews.take(preview);
      if (content.kind !== stored.kind || content.publisher !== stored.publisher || content.key !== stored.key) {
        throw new LockerError('labels_unrecognised', { detail: 'another labeler or list' });
      }
      const isNews = await takeIn(store, id, content);
      const polled = { id, at: now(), nextDue: now(), failures: 0, problem: null, changed: isNews, validators: null };
      await store.write('labels.polled', polled);
      previews.forget(preview);
      return changed(id);
    },
    async change(id, changes) {
      const before = await viewOf(id);
      const interval = changes.intervalMinutes ?? before.intervalMinutes;
      const turnedOn = changes.enabled === true && !before.enabled;
      const nextDue = turnedOn ? now() : nextAsk(before.lastPolledAt ?? now(), interval, 0, random());
      await store.write('labels.change', { id, ...changes, nextDue });
      return changed(id);
    },
    async choose(id, { value, choice }) {
      await store.write('labels.choose', { id, value, severity: choice });
      return changed(id);
    },
    async except(id, { value, record }) {
      const [view] = await records.postViews([branded<string, 'RecordId'>(record)]);
      if (view === undefined) throw new LockerError('record_not_found');
      if (view.author === null) throw new LockerError('bad_request', { detail: 'author' });
      const { uri, name } = view.author;
      const exception = { id: randomBytes(12).toString('base64url'), source: id, value, author: uriKey(uri), uri };
      await store.write('labels.putException', { ...exception, name: name.slice(0, 400) });
      return changed(id);
    },
    async dropException(exception) {
      await store.write('labels.dropException', { id: exception });
      inForce.changed();
    },
    async poll(id) {
      await polling.ask(id);
      return viewOf(id);
    },
    async drop(id) {
      await store.write('labels.drop', { id });
      inForce.changed();
    },
    round: () => polling.round(),
    inForce: (asked) => inForce.inForce(asked),
    [Symbol.asyncDispose]: () => polling[Symbol.asyncDispose](),
  };
}

/** What a file's name says of its content. */
function titleOf(file: string): string | null {
  const title = file
    .replace(/^.*[/\\]/, '')
    .replace(/\.[a-z0-9]{1,5}$/i, '')
    .replace(/[-_]+/g, ' ')
    .trim();
  return title === '' ? null : title.slice(0, 200);
}

async function bytesOf(file: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of file) {
    size += part.length;
    if (size > MAX_BYTES) throw new LockerError('labels_unrecognised', { detail: 'larger than 32 MB' });
    parts.push(part);
  }
  return Buffer.concat(parts);
}
