import { z } from 'zod';
import { Count, PostView } from './data.ts';

/** 0 say so, 1 warn, 2 cover pictures, 3 hide, -1 leave alone. */
const Choice = z.union([z.literal(-1), z.literal(0), z.literal(1), z.literal(2), z.literal(3)]);
const Severity = z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]);
export const LabelChoice = Choice;
export type LabelChoice = z.infer<typeof LabelChoice>;

/** A label of a labeler or list, whatever it is put on. */
export const LabelValue = z.strictObject({
  value: z.string(),
  /** What the owner decided; null: nothing yet. */
  choice: Choice.nullable(),
  /** What it is usually taken for. */
  advised: Severity,
  posts: Count,
  accounts: Count,
  hosts: Count,
});
export type LabelValue = z.infer<typeof LabelValue>;

/** "This label, not for this person." */
export const LabelException = z.strictObject({
  id: z.string(),
  value: z.string(),
  uri: z.string(),
  name: z.string(),
  createdAt: z.int(),
});

/** A labeler or list that the owner subscribed to. */
export const LabelSource = z.strictObject({
  id: z.string(),
  kind: z.enum(['labels', 'list']),
  name: z.string(),
  /** Who makes it, as it says itself; empty: it doesn't. */
  publisher: z.string(),
  /** Null: it came as a file. */
  address: z.string().nullable(),
  allowLoopback: z.boolean(),
  /** The key that every label was checked with; null: signatures were not checked. */
  key: z.string().nullable(),
  intervalMinutes: z.int(),
  enabled: z.boolean(),
  createdAt: z.int(),
  lastPolledAt: z.int().nullable(),
  lastChangedAt: z.int().nullable(),
  /** A code of the error table. */
  lastProblem: z.string().nullable(),
  entries: Count,
  values: z.array(LabelValue),
  exceptions: z.array(LabelException),
});
export type LabelSource = z.infer<typeof LabelSource>;
export const LabelSources = z.strictObject({ items: z.array(LabelSource) });

/** What a labeler or list says, and what it would do to the posts in the locker, before subscribing. */
export const LabelPreview = z.strictObject({
  /** Names the preview for ten minutes. */
  preview: z.string(),
  kind: z.enum(['labels', 'list']),
  name: z.string(),
  publisher: z.string(),
  address: z.string().nullable(),
  key: z.string().nullable(),
  entries: Count,
  /** More is there than was looked at. */
  more: z.boolean(),
  skipped: z.array(z.strictObject({ reason: z.string(), count: Count })),
  values: z.array(
    z.strictObject({
      value: z.string(),
      advised: Severity,
      entries: Count,
      /** Of the owner's posts. */
      posts: Count,
      people: Count,
    }),
  ),
  /** Posts in the locker by others that it is about, their authors, and how many of them the owner follows. */
  posts: Count,
  people: Count,
  followed: Count,
  examples: z.array(z.strictObject({ post: PostView, value: z.string() })),
});
export type LabelPreview = z.infer<typeof LabelPreview>;

export const PreviewLabels = z.strictObject({
  url: z.string().min(1).max(2048),
  allowLoopback: z.boolean().default(false),
  /** `did:key:…` of the labeler: labels without its signature are refused. */
  key: z.string().max(120).nullable().default(null),
});
/** A file's name, and the key as above. */
export const PreviewLabelFile = z.strictObject({
  name: z.string().min(1).max(300),
  key: z.string().max(120).optional(),
});
export const SubscribeLabels = z.strictObject({
  preview: z.string().min(1).max(40),
  name: z.string().min(1).max(200),
  intervalMinutes: z.int().min(5).max(10080).default(60),
  choices: z
    .array(z.strictObject({ value: z.string().min(1).max(128), choice: Choice }))
    .max(500)
    .default([]),
});
/** A newer file of the same labeler or list. */
export const RenewLabels = z.strictObject({ preview: z.string().min(1).max(40) });
export const ChangeLabels = z.strictObject({
  name: z.string().min(1).max(200).optional(),
  enabled: z.boolean().optional(),
  intervalMinutes: z.int().min(5).max(10080).optional(),
});
/** Null: no decision. */
export const ChooseLabel = z.strictObject({ value: z.string().min(1).max(128), choice: Choice.nullable() });
/** Keeps a label off the author of a record. */
export const ExceptLabel = z.strictObject({
  value: z.string().min(1).max(128),
  record: z.string().regex(/^-?\d{1,16}$/),
});
