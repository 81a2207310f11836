import { z } from 'zod';
import { AUTHOR_COLUMN_NAMES, NO_ROW, POST_COLUMN_NAMES } from './columns.ts';
import { SettingValues } from './manifest.ts';
import { TEXT_KINDS } from './record.ts';

/** A number, or null for the column's missing value. */
const Value = z.number().nullable();
const Values = z.array(Value).max(10_000);
const Index = z.int().min(0).max(NO_ROW);

/** Longest `ctx.state`, in numbers. */
const STATE_MAX = 8192;

const Word = z.strictObject({
  value: z.string(),
  targets: z.array(z.enum(['content', 'tag'])).default(['content', 'tag']),
  severity: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]).default(3),
  excludeFollowing: z.boolean().default(false),
  expiresAt: z.int().nullable().default(null),
});

const Label = z.strictObject({
  source: z.string(),
  value: z.string(),
  about: z.enum(['post', 'account', 'host']).default('post'),
  severity: z
    .union([z.literal(-1), z.literal(0), z.literal(1), z.literal(2), z.literal(3)])
    .nullable()
    .default(null),
  advised: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]).default(1),
});

const given = {
  name: z.string().min(1).max(200),
  /** Settings that differ from their defaults. */
  settings: SettingValues.default({}),
  now: z.int().default(1_767_225_600_000),
  seed: z.int().default(1),
  n: z.int().min(0).max(10_000),
  post: z.partialRecord(z.enum(POST_COLUMN_NAMES), Values).default({}),
  author: z.partialRecord(z.enum(AUTHOR_COLUMN_NAMES), Values).default({}),
  langs: z.array(z.string()).optional(),
  /** What was learnt before. */
  state: z.array(Value).max(STATE_MAX).optional(),
  /** Per post its segments: kind and text, or kind and token ids. */
  text: z.array(z.array(z.tuple([z.enum(TEXT_KINDS), z.union([z.string(), z.array(Index)])]))).optional(),
  /** Per post and per author its labels, by place in `owner.labels`. */
  labels: z.strictObject({ post: z.array(z.array(Index)), author: z.array(z.array(Index)).default([]) }).optional(),
  owner: z
    .strictObject({
      words: z.array(Word).optional(),
      hosts: z.array(z.string()).optional(),
      labels: z.array(Label).optional(),
    })
    .default({}),
};

/** One entry of `vectors.json`: what an algorithm is given and what it must answer. */
export const Vector = z.discriminatedUnion('call', [
  z.strictObject({ ...given, call: z.literal('score'), expect: z.strictObject({ score: z.array(Value) }) }),
  z.strictObject({ ...given, call: z.literal('dampen'), expect: z.strictObject({ factor: z.array(Value) }) }),
  z.strictObject({
    ...given,
    call: z.literal('explain'),
    rows: z.array(Index),
    expect: z.strictObject({ contribution: z.array(Value) }),
  }),
  z.strictObject({
    ...given,
    call: z.literal('decide'),
    expect: z.strictObject({
      decisions: z.array(
        z.strictObject({
          row: Index,
          severity: z.int(),
          target: z.int(),
          /** Code of the reason. */
          reason: z.string(),
          args: z.array(Value).default([]),
        }),
      ),
    }),
  }),
  z.strictObject({
    ...given,
    call: z.literal('arrange'),
    expect: z.strictObject({ order: z.array(Index), reason: z.array(z.string().nullable()).optional() }),
  }),
  z.strictObject({
    ...given,
    call: z.literal('fit'),
    expect: z.strictObject({ state: z.array(Value).max(STATE_MAX) }),
  }),
]);
export type Vector = z.infer<typeof Vector>;
