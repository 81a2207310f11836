import type { BatchLabels, OwnerLabel } from '../../protocol/batch.ts';
import { columnDigest, jsonDigest } from './digest.ts';
import { numbering } from './grouping.ts';
import { rememberedFor, type PostSet } from './post-set.ts';

/** Labels by a key: equal keys stand together, ascending; `kinds` indexes `LabelsInForce.kinds`. */
export interface KeyedLabels {
  readonly keys: Float64Array;
  readonly kinds: Uint32Array;
}

/** Every label that holds at a moment. Never changed: while nothing about the labels changes, it is the same object. */
export interface LabelsInForce {
  readonly kinds: readonly OwnerLabel[];
  /** The id of each kind's source, as the owner's screens know it. */
  readonly sources: readonly string[];
  /** By the `ref` of a post. */
  readonly posts: KeyedLabels;
  /** By an author's key. */
  readonly accounts: KeyedLabels;
  /** By host; a host stands for the names below it, too. */
  readonly hosts: ReadonlyMap<string, readonly number[]>;
  /** Keys of the accounts whose persons the owner keeps a label off, by its kind. */
  readonly spared: ReadonlyMap<number, ReadonlySet<number>>;
}

/** Where the labels come from. */
export interface LabelSource {
  /** What holds at `now` (UTC milliseconds); `seq` is the last change of the store that the feed includes. */
  inForce(asked: { now: number; seq: number }): Promise<LabelsInForce>;
}

const NO_KEYS: KeyedLabels = { keys: new Float64Array(), kinds: new Uint32Array() };
export const NO_LABELS: LabelsInForce = {
  kinds: [],
  sources: [],
  posts: NO_KEYS,
  accounts: NO_KEYS,
  hosts: new Map(),
  spared: new Map(),
};

/** The labels of a set of posts and its authors, numbered by first appearance; `kinds` leads back to the labels in force. */
export interface LabelRows {
  readonly batch: BatchLabels;
  readonly kinds: Uint32Array;
  readonly labels: readonly OwnerLabel[];
  readonly digest: string;
}

const known = new WeakMap<PostSet, WeakMap<LabelsInForce, LabelRows>>();

export function labelRows(posts: PostSet, inForce: LabelsInForce): LabelRows {
  const ofPosts = rememberedFor(known, posts, () => new WeakMap<LabelsInForce, LabelRows>());
  return rememberedFor(ofPosts, inForce, () => makeRows(posts, inForce));
}

function makeRows(posts: PostSet, inForce: LabelsInForce): LabelRows {
  const numbers = new Map<number, number>();
  const number = (kind: number): number => {
    const place = numbers.get(kind) ?? numbers.size;
    numbers.set(kind, place);
    return place;
  };
  const spares = sparedPersons(posts, inForce);
  const authors = numbering(posts, 'author');
  const [postOff, post] = runs(posts.n, (row) => {
    const found = under(inForce.posts, posts.f64('ref')[row] ?? 0);
    const author = authors.keys[authors.index[row] ?? 0] ?? 0;
    return found.filter((kind) => !spares(kind, author)).map(number);
  });
  const [authorOff, author] = runs(authors.keys.length, (row) => {
    const key = authors.keys[row] ?? 0;
    const host = posts.context.authors.get(key)?.host ?? null;
    const found = [...under(inForce.accounts, key), ...ofHost(inForce.hosts, host)];
    return found.filter((kind) => !spares(kind, key)).map(number);
  });
  const kinds = Uint32Array.from(numbers.keys());
  const labels = Array.from(kinds, (kind) => inForce.kinds[kind]).filter((label) => label !== undefined);
  const digest = jsonDigest([labels, ...[postOff, post, authorOff, author].map(columnDigest)]);
  return { batch: { postOff, post, authorOff, author }, kinds, labels, digest };
}

function runs(n: number, of: (row: number) => readonly number[]): [Uint32Array, Uint32Array] {
  const off = new Uint32Array(n + 1);
  const all: number[] = [];
  for (let row = 0; row < n; row++) {
    all.push(...of(row));
    off[row + 1] = all.length;
  }
  return [off, Uint32Array.from(all)];
}

function under({ keys, kinds }: KeyedLabels, key: number): number[] {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] ?? NaN) < key) low = middle + 1;
    else high = middle;
  }
  const found: number[] = [];
  for (; keys[low] === key; low++) found.push(kinds[low] ?? 0);
  return found;
}

function ofHost(hosts: LabelsInForce['hosts'], host: string | null): number[] {
  if (host === null || hosts.size === 0) return [];
  const found: number[] = [];
  for (let name = host; name !== ''; name = name.slice(name.indexOf('.') + 1)) {
    found.push(...(hosts.get(name) ?? []));
    if (!name.includes('.')) break;
  }
  return found;
}

/** What the owner keeps off one account of a person is kept off all of them. */
function sparedPersons(posts: PostSet, { spared }: LabelsInForce): (kind: number, author: number) => boolean {
  if (spared.size === 0) return () => false;
  const { authors } = posts.context;
  const personOf = (key: number): number => authors.get(key)?.person ?? key;
  const persons = new Map(Array.from(spared, ([kind, keys]) => [kind, new Set(Array.from(keys, personOf))]));
  return (kind, author) => persons.get(kind)?.has(personOf(author)) ?? false;
}
