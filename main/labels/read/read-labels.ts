import { decodeFirst } from '@atcute/cbor';
import { z } from 'zod';
import { isLabelSigned } from '../signature/verify-label.ts';
import type { LabelKey } from '../signature/label-key.ts';
import type { LabelEntry } from '../../store/index.ts';
import { advisedFor } from './advised.ts';
import { MOST_ENTRIES, Skipped, type SourceContent } from './content.ts';
import { subjectOf } from './subject.ts';

/** com.atproto.label.defs#label; bytes in the JSON form of atproto's data model. */
const Label = z.looseObject({
  ver: z.int().optional(),
  src: z.string().regex(/^did:[a-z]+:[A-Za-z0-9._:%-]{1,200}$/),
  uri: z.string().min(1).max(2048),
  cid: z.string().max(200).optional(),
  val: z.string().min(1).max(128),
  neg: z.boolean().optional(),
  cts: z.iso.datetime({ offset: true }),
  exp: z.iso.datetime({ offset: true }).optional(),
  sig: z.object({ $bytes: z.string().max(200) }).optional(),
});
type Label = z.infer<typeof Label>;

/** Asks servers not to show something to who isn't signed in; the owner always is. */
const SIGNED_OUT = '!no-unauthenticated';

/** What queryLabels answers, and what a file of labels is. */
const Labels = z.looseObject({
  labels: z.array(z.unknown()).max(MOST_ENTRIES),
  cursor: z.string().max(2048).optional(),
});

/** Labels as JSON: `{"labels": […]}` or the bare list; null: it is neither. */
export function readLabelJson(json: unknown, key: LabelKey | null): SourceContent | null {
  const parsed = Labels.safeParse(Array.isArray(json) ? { labels: json } : json);
  if (!parsed.success) return null;
  const { labels, cursor } = parsed.data;
  return contentOf(labels, key, cursor ?? null);
}

/** The frames of a label stream one after another (com.atproto.label.subscribeLabels); null: it is something else. */
export function readLabelFrames(bytes: Uint8Array, key: LabelKey | null): SourceContent | null {
  const labels: unknown[] = [];
  let rest = bytes;
  let frames = 0;
  while (rest.length > 0 && labels.length < MOST_ENTRIES) {
    const header = decoded(rest);
    const body = header === null ? null : decoded(header.rest);
    if (header === null || body === null) break;
    const { op, t } = asObject(header.value);
    if (op !== 1 && op !== -1) break;
    frames++;
    const found = asObject(body.value)['labels'];
    if (t === '#labels' && Array.isArray(found)) labels.push(...found.map(asJson));
    rest = body.rest;
  }
  return frames === 0 ? null : contentOf(labels, key, null);
}

function decoded(bytes: Uint8Array): { value: unknown; rest: Uint8Array } | null {
  try {
    const decodedFirst: readonly unknown[] = decodeFirst(bytes);
    const rest = decodedFirst[1];
    return rest instanceof Uint8Array ? { value: decodedFirst[0], rest } : null;
  } catch {
    return null;
  }
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** Bytes write themselves in the JSON form. */
function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value) ?? 'null');
}

function contentOf(labels: readonly unknown[], key: LabelKey | null, cursor: string | null): SourceContent {
  const skipped = new Skipped();
  const read: Label[] = [];
  for (const label of labels) {
    const parsed = Label.safeParse(label);
    if (parsed.success) read.push(parsed.data);
    else skipped.add('not a label');
  }
  const publisher = mostFrequent(read.map(({ src }) => src));
  const entries: LabelEntry[] = [];
  for (const label of read) {
    const entry = entryOf(label, publisher, key, skipped);
    if (entry !== null) entries.push(entry);
  }
  return { kind: 'labels', name: null, publisher, key: key?.text ?? null, entries, skipped: skipped.counts, cursor };
}

function entryOf(label: Label, publisher: string, key: LabelKey | null, skipped: Skipped): LabelEntry | null {
  const { src, uri, cid = '', val, neg = false, cts, exp, sig } = label;
  if (src !== publisher) {
    skipped.add('a label of another labeler');
    return null;
  }
  if (key !== null) {
    const signature = sig === undefined ? null : Buffer.from(sig.$bytes, 'base64');
    if (signature === null || !isLabelSigned(key, label, signature)) {
      skipped.add(signature === null ? 'a label without a signature' : 'a label with a wrong signature');
      return null;
    }
  }
  if (val === SIGNED_OUT) {
    skipped.add('a label for readers who aren’t signed in');
    return null;
  }
  const subject = subjectOf(uri);
  if (subject === null) {
    skipped.add('a label on something else than a post or an account');
    return null;
  }
  const expires = exp === undefined ? null : Date.parse(exp);
  return { ...subject, value: val, advised: advisedFor(val), cid, negated: neg, made: Date.parse(cts), expires };
}

function mostFrequent(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let best = '';
  for (const [value, count] of counts) if (count > (counts.get(best) ?? 0)) best = value;
  return best;
}
