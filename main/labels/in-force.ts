import { createHash } from 'node:crypto';
import type { LabelsInForce, LabelSource } from '../feed/index.ts';
import type { ReadOutput, Store } from '../store/index.ts';

type Stored = ReadOutput<'labels.inForce'>;

/** Posts that came, or accounts that got another name, may need other labels: looked at no more often than this. */
const LOOK_AGAIN_MS = 60_000;

interface Held {
  readonly version: number;
  readonly seq: number;
  readonly loaded: number;
  readonly nextExpiry: number | null;
  readonly digest: string;
  readonly labels: LabelsInForce;
}

/** The labels that hold, kept as one object until something about them changes. */
export class InForce implements LabelSource {
  readonly #store: Pick<Store, 'read'>;
  #held: Held | null = null;
  #loading: { readonly name: string; readonly labels: Promise<LabelsInForce> } | null = null;
  #version = 0;

  constructor(store: Pick<Store, 'read'>) {
    this.#store = store;
  }

  /** What was known is not any more. */
  changed(): void {
    this.#version++;
  }

  async inForce({ now, seq }: { now: number; seq: number }): Promise<LabelsInForce> {
    const held = this.#held;
    if (held !== null && isCurrent(held, this.#version, now, seq)) return held.labels;
    const name = `${String(this.#version)} ${String(now)} ${String(seq)}`;
    if (this.#loading?.name !== name) this.#loading = { name, labels: this.#load(now, seq) };
    return this.#loading.labels;
  }

  async #load(now: number, seq: number): Promise<LabelsInForce> {
    const version = this.#version;
    try {
      const stored = await this.#store.read('labels.inForce', { now });
      const digest = digestOf(stored);
      const held = this.#held;
      // An earlier moment is asked for by who checks an earlier feed; what is held stays.
      if (held !== null && now < held.loaded) return digest === held.digest ? held.labels : labelsOf(stored);
      const labels = held?.digest === digest ? held.labels : labelsOf(stored);
      this.#held = { version, seq, loaded: now, nextExpiry: stored.nextExpiry, digest, labels };
      return labels;
    } finally {
      this.#loading = null;
    }
  }
}

function isCurrent(held: Held, version: number, now: number, seq: number): boolean {
  if (held.version !== version || now < held.loaded) return false;
  if (held.nextExpiry !== null && now >= held.nextExpiry) return false;
  return held.seq === seq || now - held.loaded < LOOK_AGAIN_MS || held.labels.kinds.length === 0;
}

function labelsOf(stored: Stored): LabelsInForce {
  const hosts = new Map<string, number[]>();
  for (const { host, kind } of stored.hosts) hosts.set(host, [...(hosts.get(host) ?? []), kind]);
  const spared = new Map<number, Set<number>>();
  for (const { kind, author } of stored.spared) spared.set(kind, (spared.get(kind) ?? new Set()).add(author));
  const kinds = stored.kinds.map(({ id: _, ...kind }) => kind);
  const sources = stored.kinds.map(({ id }) => id);
  return { kinds, sources, posts: stored.posts, accounts: stored.accounts, hosts, spared };
}

function digestOf({ kinds, posts, accounts, hosts, spared }: Stored): string {
  const hash = createHash('sha256').update(JSON.stringify([kinds, hosts, spared]));
  for (const array of [posts.keys, posts.kinds, accounts.keys, accounts.kinds]) {
    hash.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  }
  return hash.digest('hex');
}
