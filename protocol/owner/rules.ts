import { z } from 'zod';
import {
  AUTHOR_COLUMN_NAMES,
  AUTHOR_COLUMNS,
  NO_ROW,
  POST_COLUMN_NAMES,
  POST_COLUMNS,
  type AuthorColumn,
  type PostColumn,
} from '../columns.ts';

/** Columns that are amounts or flags; the others are places in a batch, which say nothing by themselves. */
export const RULE_POST_COLUMNS = POST_COLUMN_NAMES.filter((name) => POST_COLUMNS[name].missing !== NO_ROW);
export const RULE_AUTHOR_COLUMNS = AUTHOR_COLUMN_NAMES.filter((name) => AUTHOR_COLUMNS[name].missing !== NO_ROW);

const PostColumnName = z.custom<PostColumn>(
  (value) => typeof value === 'string' && RULE_POST_COLUMNS.some((name) => name === value),
  'no column for a rule',
);
const AuthorColumnName = z.custom<AuthorColumn>(
  (value) => typeof value === 'string' && RULE_AUTHOR_COLUMNS.some((name) => name === value),
  'no column for a rule',
);

/** Names of the values of columns that hold one of a few. */
export const RULE_VALUES: Readonly<Partial<Record<PostColumn | AuthorColumn, readonly string[]>>> = {
  visibility: ['everybody', 'everybody, not in public timelines', 'followers', 'the people it names'],
  localDay: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
};

/** What is not known is neither at least, nor below, nor equal, nor different. */
export const Comparison = z.enum(['atLeast', 'below', 'is', 'isNot']);
export type Comparison = z.infer<typeof Comparison>;

const Amount = z.number().min(-1e12).max(1e12);
const Word = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/[\p{L}\p{N}\p{S}]/u, 'nothing to look for');
const Language = z.string().regex(/^[a-z]{2,3}$/);

export const Condition = z.discriminatedUnion('about', [
  z.strictObject({ about: z.literal('post'), column: PostColumnName, compare: Comparison, value: Amount }),
  z.strictObject({ about: z.literal('author'), column: AuthorColumnName, compare: Comparison, value: Amount }),
  z.strictObject({
    about: z.literal('words'),
    /** any: at least one of the words is there, as a whole word; none: none is. */
    has: z.enum(['any', 'none']),
    words: z.array(Word).min(1).max(200),
    where: z.enum(['anywhere', 'content', 'tags']),
  }),
  z.strictObject({
    about: z.literal('language'),
    /** A post whose language is not known is in none of them. */
    is: z.boolean(),
    languages: z.array(Language).min(1).max(20),
  }),
]);
export type Condition = z.infer<typeof Condition>;

const given = {
  /** all: every condition holds; any: one of them does. */
  match: z.enum(['all', 'any']),
  when: z.array(Condition).min(1).max(8),
};

const RankRule = z.strictObject({ ...given, points: z.number().min(-100).max(100) });
const BlockRule = z.strictObject({
  ...given,
  /** 0 inform, 1 warn, 2 blur media, 3 hide. */
  severity: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]),
  target: z.enum(['post', 'author']),
});
const DampRule = z.strictObject({ ...given, factor: z.number().min(0).max(1) });

const named = {
  /** Becomes the package's id, `own.rules.<id>`. */
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/),
  name: z.string().trim().min(1).max(80),
  /** Counts up with every change. */
  revision: z.int().min(1).max(1_000_000),
};

/** Rules that a person put together; they are compiled into an algorithm package like any other. */
export const RuleSet = z.discriminatedUnion('kind', [
  z.strictObject({ ...named, kind: z.literal('ranker'), rules: z.array(RankRule).min(1).max(40) }),
  z.strictObject({ ...named, kind: z.literal('blocker'), rules: z.array(BlockRule).min(1).max(40) }),
  z.strictObject({ ...named, kind: z.literal('damper'), rules: z.array(DampRule).min(1).max(40) }),
]);
export type RuleSet = z.infer<typeof RuleSet>;
export type Rule = RuleSet['rules'][number];

/** A rule set as it is sent: the locker counts the revisions. */
export const RuleDraft = z.discriminatedUnion('kind', [
  z.strictObject({ name: named.name, kind: z.literal('ranker'), rules: z.array(RankRule).min(1).max(40) }),
  z.strictObject({ name: named.name, kind: z.literal('blocker'), rules: z.array(BlockRule).min(1).max(40) }),
  z.strictObject({ name: named.name, kind: z.literal('damper'), rules: z.array(DampRule).min(1).max(40) }),
]);
export type RuleDraft = z.infer<typeof RuleDraft>;

/** A package's bytes, as they are installed and published. */
export const RulesPackage = z.strictObject({ file: z.string(), package: z.string() });
