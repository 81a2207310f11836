import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DATATYPE_NAMES, DATATYPES, type AnyDatatype, type Datatype } from '../../protocol/datatypes.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { Visibility } from '../../protocol/record.ts';
import { bodyOf, fieldOf, fieldsOf, type FieldSource } from './index.ts';

const RUNS = process.env.SOAK ? 20_000 : 200;

function source(datatype: AnyDatatype, body: JsonObject, rest: Partial<FieldSource> = {}): FieldSource {
  return { datatype, uri: null, source: 'https://s.example/users/s', published: null, mine: false, body, ...rest };
}

const word = fc.stringMatching(/^[a-zäöü東京ก]{1,8}$/);
/** One line of plain text as the locker spells it. */
const text = fc
  .array(fc.oneof(word, fc.constantFrom('<b>', '&amp;', '"', 'a & b', '#x')), { minLength: 1, maxLength: 5 })
  .map((words) => words.join(' '));
const uri = fc.stringMatching(/^[a-z0-9]{1,8}$/).map((name) => `https://${name}.example/users/${name}`);
const count = fc.nat();
const media = fc.record(
  {
    kind: fc.constantFrom('image', 'video', 'audio', 'file'),
    url: uri,
    alt: text,
  },
  { requiredKeys: ['kind', 'url'] },
);
const uris = fc.uniqueArray(uri, { minLength: 1, maxLength: 4 });

/** Values of each field; a name means the same form in every datatype. */
const VALUES: Record<string, fc.Arbitrary<unknown>> = {
  updated: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }).map((date) => date.toISOString()),
  url: uri,
  author: uri,
  object: uri,
  inReplyTo: uri,
  thread: uri,
  quoteOf: uri,
  title: text,
  name: text,
  content: text.map((line) => `<p>${line.replaceAll(/[<&"]/g, '')}</p>`),
  warning: text,
  bio: text,
  value: text,
  handle: word.map((name) => `${name}@h.example`),
  avatar: uri,
  language: fc.constantFrom('en', 'de', 'pt-BR'),
  tags: fc.uniqueArray(word, { minLength: 1, maxLength: 4 }),
  mentions: uris,
  members: uris,
  recipients: uris,
  // Addresses of mentions are no links.
  links: uris.map((all) => all.map((one) => `${one}/page`)),
  media: fc.uniqueArray(media, { minLength: 1, maxLength: 3, selector: ({ url }) => url }),
  mediaType: fc.constantFrom('image/png', 'video/mp4'),
  kind: fc.constantFrom('Like', 'Dislike', 'EmojiReact', 'Ignore'),
  sensitive: fc.boolean(),
  visibility: fc.constantFrom(...Visibility.options),
  followers: count,
  following: count,
  posts: count,
  replies: count,
  boosts: count,
  likes: count,
};
/** Facts of the record beside its body, and a boost, which has no other fields. */
const BESIDE = new Set(['id', 'source', 'published', 'mine', 'boostOf']);
const NEEDED: Partial<Record<Datatype, string[]>> = {
  'social.reaction': ['object', 'kind'],
  'social.follow': ['object'],
  'social.mute': ['object'],
  'social.block': ['object'],
  'social.bookmark': ['object'],
  'activity.view': ['object'],
  'activity.search': ['content'],
  label: ['object'],
};

const record = fc.constantFrom(...DATATYPE_NAMES).chain((datatype) => {
  const names = Object.keys(DATATYPES[datatype]).filter((name) => !BESIDE.has(name));
  const shape = Object.fromEntries(names.map((name) => [name, VALUES[name] ?? fc.constant(name)]));
  return fc.record(shape, { requiredKeys: NEEDED[datatype] ?? [] }).map((fields) => ({ datatype, fields }));
});

test('what a body is made of is read from it', () => {
  fc.assert(
    fc.property(record, ({ datatype, fields }) => {
      const uri = 'https://r.example/1';
      const read = fieldsOf(source(datatype, bodyOf(datatype, fields as JsonObject), { uri }));
      const expected: JsonObject = { id: uri, source: 'https://s.example/users/s', ...(fields as JsonObject) };
      if (datatype === 'social.post') {
        expected['mine'] = false;
        expected['visibility'] ??= 'unknown';
        expected['sensitive'] = expected['sensitive'] === true || expected['warning'] !== undefined;
      }
      expect(read).toEqual(expected);
    }),
    { numRuns: RUNS },
  );
});

test('every name of a datatype can be read, and only those', () => {
  for (const datatype of DATATYPE_NAMES) {
    const names = Object.keys(fieldsOf(source(datatype, {}, { uri: 'urn:x', published: 0, mine: true })));
    for (const name of names) expect(Object.keys(DATATYPES[datatype])).toContain(name);
    expect(fieldOf('constructor', source(datatype, {}))).toBeUndefined();
  }
});

test('any JSON gives fields that are JSON, without nothing in them', () => {
  fc.assert(
    fc.property(fc.constantFrom(...DATATYPE_NAMES), fc.dictionary(fc.string(), fc.jsonValue()), (datatype, body) => {
      const read = fieldsOf(source(datatype, body as JsonObject));
      expect(JSON.parse(JSON.stringify(read))).toEqual(read);
      for (const value of Object.values<Json>(read)) expect(value).not.toBeNull();
    }),
    { numRuns: RUNS },
  );
});

test('a boost tells of itself, never of what it boosts', () => {
  const boosted = {
    id: 'https://b.example/1',
    type: 'Note',
    content: 'private',
    attributedTo: 'https://b.example/b',
    name: 't',
  };
  const body: JsonObject = { type: 'Announce', actor: 'https://a.example/a', object: boosted, to: ['as:Public'] };
  expect(fieldsOf(source('social.post', body, { uri: 'urn:boost', published: 1000 }))).toEqual({
    id: 'urn:boost',
    source: 'https://s.example/users/s',
    published: '1970-01-01T00:00:01.000Z',
    author: 'https://a.example/a',
    boostOf: 'https://b.example/1',
    sensitive: false,
    visibility: 'public',
    mine: false,
  });
  expect(() => bodyOf('social.post', { boostOf: 'https://b.example/1', content: 'x' })).toThrow('record_invalid');
});

test('accounts are told apart by one spelling', () => {
  expect(fieldOf('id', source('social.person', {}, { uri: 'acct:@A@b.example' }))).toBe('acct:a@b.example');
  expect(fieldOf('object', source('social.follow', { object: 'at://did:plc:x' }))).toBe('did:plc:x');
  expect(fieldOf('author', source('social.post', { attributedTo: { name: 'Ann' } }))).toMatch(/^urn:locker:author:/);
});

test("a service's own record has the properties of its body, and the time of the record", () => {
  const own = source(
    'x-a.example.note',
    { text: 'x', done: false, nested: { a: 1 }, published: 'then', '@context': 'y' },
    { uri: 'urn:x', published: 0 },
  );
  expect(fieldsOf(own)).toEqual({
    id: 'urn:x',
    source: 'https://s.example/users/s',
    published: '1970-01-01T00:00:00.000Z',
    text: 'x',
    done: false,
    nested: { a: 1 },
  });
  expect(fieldOf('__proto__', own)).toBeUndefined();
  expect(bodyOf('x-a.example.note', { text: 'x', n: 1 })).toEqual({ text: 'x', n: 1 });
});

test.each([
  ['social.post', { nothing: 'x' }, 'nothing'],
  ['social.post', { content: 5 }, 'content'],
  ['social.post', { tags: 'x' }, 'tags'],
  ['social.post', { published: 'yesterday' }, 'published'],
  ['social.post', { media: [{ kind: 'image', url: 'https://a.example', more: 1 }] }, 'media'],
  ['social.follow', {}, 'object'],
  ['social.reaction', { object: 'urn:x', kind: 'Love' }, 'kind'],
  ['x-a.example.note', { '@type': 'x' }, '@type'],
] as const)('%s %j is refused, naming %s', (datatype, fields, detail) => {
  expect(() => bodyOf(datatype, fields as unknown as JsonObject)).toThrow(
    expect.objectContaining({ code: 'record_invalid', detail }),
  );
});
