import fc from 'fast-check';
import type { Plan, PlanCondition, RowScope } from '../../protocol/contract/plan.ts';
import { BUCKETS } from '../../protocol/contract/clause.ts';
import { DATATYPES, isDatatype, type AnyDatatype } from '../../protocol/datatypes.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { IntakeRecord } from '../../protocol/record.ts';
import { uriKey } from '../../main/derive/index.ts';

/** Made-up lockers and plans that meet often: few people, few words, times that fall together. */

const PUBLIC = 'https://www.w3.org/ns/activitystreams#Public';
const OWN = 'x-notes.example.entry';
export const WORLD_DATATYPES = [
  'social.post', 'social.message', 'social.person', 'social.reaction', 'social.follow', 'social.list', 'media.item',
  'activity.search', 'label', OWN,
] as const satisfies AnyDatatype[]; // prettier-ignore

type Datatype = (typeof WORLD_DATATYPES)[number];

const START = Date.UTC(2026, 0, 1);
const people = ['ann', 'bob', 'cyd'].map((name) => `https://${name}.example/users/${name}`);
const person = fc.constantFrom(...people);
const sources = ['https://me.example/users/me', 'https://feed.example/rss', 'https://app.example/client'];
const words = ['fox', 'Ünïcode', 'straße', '東京', 'kaffee', 'dog', 'ไทย'];
const text = fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 4 }).map((some) => some.join(' '));
const time = fc.oneof(
  fc.constant(START),
  fc.integer({ min: 0, max: 5 }).map((ms) => START + ms),
  fc.integer({ min: -40, max: 40 }).map((day) => START + day * 86_400_000),
);
const about = fc.integer({ min: 0, max: 5 }).map(uriOf);

function uriOf(number: number): string {
  return `https://ann.example/statuses/${String(number)}`;
}

const audience = fc.constantFrom<JsonObject>(
  { to: [PUBLIC] },
  { cc: [PUBLIC] },
  { to: ['https://ann.example/users/ann/followers'] },
  { to: people },
  {},
);

const post = fc.record(
  {
    type: fc.constantFrom('Note', 'Article'),
    attributedTo: person,
    name: text,
    content: text.map((line) => `<p>${line}</p>`),
    summary: text,
    language: fc.constantFrom('en', 'de'),
    inReplyTo: about,
    quote: about,
    context: about,
    sensitive: fc.boolean(),
    tag: fc.constantFrom(...words).map((name) => [{ type: 'Hashtag', name: `#${name}` }]),
    likes: fc.nat({ max: 3 }).map((totalItems) => ({ type: 'Collection', totalItems })),
  },
  { requiredKeys: ['type'] },
);
const boost = fc.record({
  type: fc.constant('Announce'),
  actor: person,
  object: fc.oneof(
    about,
    fc.record({ id: about, type: fc.constant('Note'), content: text, language: fc.constant('de'), inReplyTo: about }),
  ),
});
const act = (type: string): fc.Arbitrary<object> =>
  fc.record({ type: fc.constant(type), actor: person, object: fc.oneof(about, person) });

const BODIES: Record<Datatype, fc.Arbitrary<object>> = {
  'social.post': fc.oneof({ weight: 4, arbitrary: post }, boost),
  'social.message': fc.record({ type: fc.constant('Note'), attributedTo: person, content: text, context: about }),
  'social.person': fc.record({
    type: fc.constant('Person'),
    preferredUsername: fc.constantFrom('ann', 'bob'),
    summary: text,
  }),
  'social.reaction': fc.constantFrom('Like', 'Ignore').chain(act),
  'social.follow': act('Follow'),
  'social.list': fc.record({ type: fc.constant('Collection'), name: text, items: fc.array(person) }),
  'media.item': fc.record({
    type: fc.constant('Image'),
    name: text,
    mediaType: fc.constantFrom('image/png', 'image/gif'),
  }),
  'activity.search': fc.record({ type: fc.constant('Search'), content: text }),
  label: fc.record({ type: fc.constant('Flag'), actor: person, object: about, value: fc.constantFrom('spam', 'fun') }),
  [OWN]: fc.record(
    {
      title: text,
      author: person,
      done: fc.boolean(),
      rank: fc.integer({ min: 0, max: 3 }),
      due: fc.constantFrom('2026-01-01T00:00:00Z', 'x'),
    },
    { requiredKeys: [] },
  ),
};

/** A locker that is mostly of one datatype, each record with an address of its own. */
function recordsOf(main: Datatype): fc.Arbitrary<IntakeRecord[]> {
  const datatypes = fc.oneof({ weight: 3, arbitrary: fc.constant(main) }, fc.constantFrom(...WORLD_DATATYPES));
  return fc
    .array(
      datatypes.chain((datatype) =>
        fc.record({
          datatype: fc.constant(datatype),
          published: fc.oneof({ weight: 5, arbitrary: time }, fc.constant(null)),
          mine: fc.boolean(),
          source: fc.constantFrom(...sources),
          body: fc
            .tuple(BODIES[datatype], audience)
            .map(([body, to]) => (datatype === OWN ? body : { ...to, ...body })),
        }),
      ),
      { minLength: 20, maxLength: 60, size: 'max' },
    )
    .map((items) =>
      items.map(({ body, ...item }, i): IntakeRecord => ({
        ...item,
        uri: uriOf(i),
        publishedText: null,
        timeEstimated: false,
        body: body as JsonObject,
      })),
    );
}

function indexed(datatype: AnyDatatype): string[] {
  if (!isDatatype(datatype)) return ['published', 'source', 'done', 'rank', 'due', 'title', 'author'];
  return Object.entries(DATATYPES[datatype]).flatMap(([name, field]) => (field.indexed ? [name] : []));
}

function names(datatype: AnyDatatype): string[] {
  return isDatatype(datatype) ? Object.keys(DATATYPES[datatype]) : [...indexed(datatype), 'id'];
}

const VALUES: Record<string, fc.Arbitrary<string | number | boolean>> = {
  published: time,
  id: about,
  object: fc.oneof(about, person),
  author: fc.oneof(person, person.map(uriKey)),
  source: fc.oneof(fc.constantFrom(...sources), fc.constantFrom(...sources).map(uriKey)),
  language: fc.constantFrom('en', 'de', 'fr'),
  kind: fc.constantFrom('Like', 'Ignore'),
  visibility: fc.constantFrom('public', 'unlisted', 'followers', 'direct', 'unknown', 'x'),
  handle: fc.constantFrom('ann@ann.example', 'bob@ann.example'),
  mediaType: fc.constantFrom('image/png', 'image/gif'),
  value: fc.constantFrom('spam', 'fun', true),
  rank: fc.integer({ min: -1, max: 3 }),
  due: fc.constantFrom('2026-01-01T00:00:00Z', 'x'),
  title: text,
};
const other = fc.oneof(about, fc.boolean());

function condition(datatype: AnyDatatype): fc.Arbitrary<PlanCondition> {
  return fc.constantFrom(...indexed(datatype)).chain((field): fc.Arbitrary<PlanCondition> => {
    const value = fc.oneof({ weight: 6, arbitrary: VALUES[field] ?? other }, fc.boolean());
    const bound = fc.record({
      field: fc.constant(field),
      op: fc.constantFrom('gte' as const, 'lte' as const),
      value: fc.oneof(time, fc.nat({ max: 3 })),
    });
    return fc.oneof(
      fc.record({ field: fc.constant(field), op: fc.constant('eq' as const), value }),
      fc.record({
        field: fc.constant(field),
        op: fc.constant('in' as const),
        value: fc.array(value, { minLength: 1, maxLength: 3 }),
      }),
      ...(field === 'published' || field === 'rank' ? [bound] : []),
    );
  });
}

function scopeOver(datatype: Datatype): fc.Arbitrary<RowScope> {
  return fc.record({
    datatype: fc.constant(datatype),
    conditions: fc.oneof(
      { weight: 2, arbitrary: fc.constant<PlanCondition[]>([]) },
      fc.array(condition(datatype), { maxLength: 2 }),
    ),
    since: fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, time),
    until: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, time),
    othersPrivate: fc.boolean(),
    appendedBy: fc.oneof({ weight: 6, arbitrary: fc.constant(null) }, fc.constantFrom(...sources, 'urn:nobody')),
  });
}

export interface World {
  readonly records: IntakeRecord[];
  readonly scope: RowScope;
  /** Draws what is asked. */
  readonly seed: number;
}

export const world: fc.Arbitrary<World> = fc
  .constantFrom(...WORLD_DATATYPES, ...Array.from({ length: 8 }, () => 'social.post' as const))
  .chain((main) => fc.record({ records: recordsOf(main), scope: scopeOver(main), seed: fc.nat() }));

/** A question under a scope: the scope as it is, or narrower. */
export function planUnder(held: RowScope): fc.Arbitrary<Plan> {
  const { datatype } = held;
  const narrower = fc
    .array(condition(datatype), { maxLength: 1 })
    .map((more) => ({ ...held, conditions: [...held.conditions, ...more] }));
  const fields = fc.subarray(names(datatype), { minLength: 1 });
  const texts = isDatatype(datatype)
    ? Object.entries(DATATYPES[datatype]).flatMap(([name, field]) => (field.class === 'text' ? [name] : []))
    : ['title'];
  const wordsIn =
    texts.length === 0
      ? fc.constant(null)
      : fc.oneof(
          fc.constant(null),
          fc.record({ text: fc.oneof(fc.constantFrom(...words), text), fields: fc.subarray(texts, { minLength: 1 }) }),
        );
  const keys = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 8 });
  const order = fc.oneof(
    fc.constant(null),
    fc.record({
      field: fc.oneof(fc.constant('published'), fc.constantFrom(...indexed(datatype))),
      direction: fc.constantFrom('asc' as const, 'desc' as const),
    }),
  );
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('list' as const), scope: narrower, words: wordsIn, fields, order, after: fc.constant(null), limit: fc.integer({ min: 1, max: 5 }),
      }), // prettier-ignore
    },
    fc.record({ kind: fc.constant('count' as const), scope: narrower, words: wordsIn }),
    fc.record({
      kind: fc.constant('aggregate' as const),
      scope: narrower,
      bucket: fc.constantFrom(...BUCKETS),
      by: fc.oneof(fc.constant(null), fc.constantFrom(...names(datatype))),
      minGroup: fc.integer({ min: 1, max: 2 }),
      limit: fc.constant(1000),
      atSeq: fc.constant(null),
    }),
    fc.record({
      kind: fc.constant('check' as const),
      scope: fc.constant(held),
      fields,
      keys: keys.map((numbers) => numbers.map((number) => ({ ref: uriKey(uriOf(number)), identity: number }))),
    }),
  );
}
