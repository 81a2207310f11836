import { z } from 'zod';
import { isAuthorColumn, isPostColumn, type AuthorColumn, type PostColumn } from './columns.ts';

/** Shown as it is: without control characters, and without those that turn the direction of what stands around it. */
const ShownText = z
  .string()
  .min(1)
  .max(2000)
  .regex(/^[^\p{Cc}\u202a-\u202e\u2066-\u2069]*$/u, 'a control character');

/** A string per language (BCP 47); `en` is required. */
export const LocalText = z
  .record(z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/), ShownText)
  .refine((text) => 'en' in text, 'en is required');
export type LocalText = z.infer<typeof LocalText>;

const PostColumnName = z.custom<PostColumn>(
  (value) => typeof value === 'string' && isPostColumn(value),
  'unknown post column',
);
const AuthorColumnName = z.custom<AuthorColumn>(
  (value) => typeof value === 'string' && isAuthorColumn(value),
  'unknown author column',
);

export const Needs = z.strictObject({
  post: z.array(PostColumnName).max(64).default([]),
  author: z.array(AuthorColumnName).max(32).default([]),
  text: z.enum(['none', 'tokens', 'full']).default('none'),
  owner: z.array(z.enum(['words', 'hosts'])).default([]),
  labels: z.boolean().default(false),
});
export type Needs = z.infer<typeof Needs>;

const SettingKey = z.string().regex(/^[a-z][A-Za-z0-9]{0,39}$/);

/** A closed schema: the locker draws the controls, an algorithm draws nothing. */
export const Setting = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('number'),
    key: SettingKey,
    label: LocalText,
    min: z.number(),
    max: z.number(),
    step: z.number().positive(),
    default: z.number(),
    needsColumn: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal('enum'),
    key: SettingKey,
    label: LocalText,
    options: z
      .array(z.strictObject({ value: z.string().max(40), label: LocalText }))
      .min(2)
      .max(30),
    default: z.string(),
  }),
  z.strictObject({ type: z.literal('boolean'), key: SettingKey, label: LocalText, default: z.boolean() }),
  z.strictObject({
    type: z.literal('strings'),
    key: SettingKey,
    label: LocalText,
    maxItems: z.int().min(1).max(1000),
    default: z.array(z.string().max(200)),
  }),
]);
export type Setting = z.infer<typeof Setting>;

/** Settings as chosen by the owner: every key of the manifest's settings, each valid for its schema. */
export const SettingValues = z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.array(z.string())]));
export type SettingValues = z.infer<typeof SettingValues>;

/** Longest string of a list of strings. */
const STRING_MAX = 200;

/** Whether a setting may have this value. */
export function settingTakes(setting: Setting, value: unknown): boolean {
  switch (setting.type) {
    case 'number':
      return typeof value === 'number' && value >= setting.min && value <= setting.max;
    case 'boolean':
      return typeof value === 'boolean';
    case 'enum':
      return setting.options.some((option) => option.value === value);
    case 'strings':
      return (
        Array.isArray(value) &&
        value.length <= setting.maxItems &&
        value.every((item) => typeof item === 'string' && item.length <= STRING_MAX)
      );
  }
}

/** What is wrong with a manifest's settings in themselves; null: nothing. */
function settingsProblem(settings: readonly Setting[]): string | null {
  if (new Set(settings.map(({ key }) => key)).size < settings.length) return 'two settings have the same key';
  const wrong = settings.find((setting) => !settingTakes(setting, setting.default));
  return wrong === undefined ? null : `the default of ${wrong.key} is not one of its values`;
}

/**
 * How a reason's number is turned into words. `row`/`author` index the batch, `word`/`host` the owner's lists, `label`/`labeler`
 * `ctx.owner.labels`: what the label says, and who put it there.
 */
export const ParamKind = z.union([
  z.enum(['number', 'percent', 'hours', 'row', 'author', 'word', 'host', 'label', 'labeler']),
  z.string().regex(/^setting:[a-z][A-Za-z0-9]{0,39}$/),
]);

export const Reason = z.strictObject({
  code: z.string().regex(/^[a-z][a-z0-9_]{0,39}$/),
  params: z.array(z.strictObject({ name: z.string().regex(/^[a-z][A-Za-z0-9]{0,29}$/), as: ParamKind })).max(8),
  /** Text with `{name}` for each param, per language. */
  text: LocalText,
});
export type Reason = z.infer<typeof Reason>;

export const Kind = z.enum(['ranker', 'blocker', 'damper', 'reranker']);
export type Kind = z.infer<typeof Kind>;

/** Where a catalogue files an algorithm, by what it is for. */
export const Category = z.enum(['fresh', 'people', 'quality', 'variety', 'calm', 'safety', 'topics']);
export type Category = z.infer<typeof Category>;

/** `algorithm.json`. */
export const Manifest = z
  .strictObject({
    apiVersion: z.literal(1),
    id: z
      .string()
      .regex(/^[a-z0-9]+(\.[a-z0-9-]+)+$/)
      .max(100),
    version: z.string().regex(/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/),
    kind: Kind,
    /** `item`: depends on the post alone, and is cached; `slate`: needs the whole batch. */
    scope: z.enum(['item', 'slate']),
    name: LocalText,
    summary: LocalText,
    /** In plain words: what goes up, what goes down. */
    lifts: LocalText.optional(),
    sinks: LocalText.optional(),
    license: z.string().max(60),
    source: z.string().max(500),
    author: z.string().max(200),
    categories: z.array(Category).max(6).default([]),
    needs: Needs,
    /**
     * What its `fit` learns from, told in pairs or in the order it was read; what it returns is its `ctx.state` from then on.
     * comparisons: rows 2i and 2i + 1 are a pair of which the owner preferred the first. reading: posts that were just read.
     */
    learns: z.enum(['comparisons', 'reading']).optional(),
    window: z.strictObject({ maxAgeHours: z.number().positive().nullable(), maxItems: z.int().positive().nullable() }),
    /** Rankers only: the interval scores are clamped to; null: unbounded on that side. */
    scoreBounds: z.tuple([z.number().nullable(), z.number().nullable()]).optional(),
    /** True when scores already span 0..1 and may be blended as they are. */
    normalised: z.boolean().default(false),
    settings: z
      .array(Setting)
      .max(60)
      .default([])
      .superRefine((settings, context) => {
        const message = settingsProblem(settings);
        if (message !== null) context.addIssue({ code: 'custom', message });
      }),
    presets: z
      .array(z.strictObject({ name: LocalText, settings: SettingValues }))
      .max(30)
      .default([]),
    /**
     * What `explain` returns, one number per entry. `columns` are the columns the contribution depends on; where it comes
     * from the batch as a whole, `setting` may name a number setting that takes it away at 0.
     */
    contributions: z
      .array(z.strictObject({ name: LocalText, columns: z.array(z.string()), setting: z.string().optional() }))
      .max(40)
      .default([]),
    reasons: z.array(Reason).max(60).default([]),
    limits: z.strictObject({ cpuMsPer1000: z.number().positive().max(1000), memoryMb: z.int().min(8).max(512) }),
    /** File of test vectors beside the manifest. */
    vectors: z.string().default('vectors.json'),
  })
  .refine((manifest) => manifest.reasons.length < 65535)
  .refine(
    ({ contributions, settings }) =>
      contributions.every(
        ({ setting }) =>
          setting === undefined ||
          settings.some((one) => one.key === setting && one.type === 'number' && one.min <= 0 && one.max >= 0),
      ),
    'a contribution’s setting is a number that may be 0',
  )
  .refine(
    ({ presets, settings }) =>
      presets.every((preset) =>
        Object.entries(preset.settings).every(([key, value]) =>
          settings.some((setting) => setting.key === key && settingTakes(setting, value)),
        ),
      ),
    { path: ['presets'], message: 'a preset has a setting or a value that is none' },
  )
  // What is kept per post must not depend on what was learnt meanwhile.
  .refine(({ learns, scope }) => learns === undefined || scope === 'slate', 'a learner is of scope slate');
export type Manifest = z.infer<typeof Manifest>;

/** Settings an entry starts with. */
export function defaultSettings(manifest: Manifest): SettingValues {
  return Object.fromEntries(manifest.settings.map((setting) => [setting.key, setting.default]));
}

/** A package: manifest and code in one JSON file of at most 1 MB. */
export const AlgorithmPackage = z.strictObject({
  manifest: Manifest,
  /** One ES-like script body run as `function (module) { … }`, assigning `module.exports`. */
  code: z.string().max(900_000),
  vectors: z.array(z.json()).max(200),
  /** The algorithm's page, in Markdown. */
  page: z.string().max(100_000).default(''),
});
export type AlgorithmPackage = z.infer<typeof AlgorithmPackage>;
