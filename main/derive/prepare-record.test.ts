import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject } from '../../protocol/json.ts';
import { BODY_MAX, TEXT_KINDS } from '../../protocol/record.ts';
import { note, noteUri, recordOf } from '../records/testing.ts';
import { prepareRecord } from './prepare-record.ts';
import { PreparedRecord, TEXT_SEPARATOR } from './prepared-record.ts';
import { uriKey } from './uri-key.ts';

const RUNS = process.env['SOAK'] === '1' ? 20_000 : 150;
const PUBLIC = 'https://www.w3.org/ns/activitystreams#Public';

function segments({ text, kinds }: PreparedRecord): [string, string][] {
  if (kinds === '') return [];
  return text.split(TEXT_SEPARATOR).map((part, i) => [TEXT_KINDS[Number(kinds[i])] ?? 'name', part]);
}

function prepared(body: JsonObject): PreparedRecord {
  return prepareRecord(note(1, body));
}

test.each<[string, string, string]>([
  ['paragraphs and breaks', '<p>one<br>two</p><p>three</p>', 'one\ntwo\n\nthree'],
  ['entities', '<p>a &amp; b &lt;c&gt; &#x1F9A9; &nbsp;d</p>', 'a & b <c> 🦩  d'],
  ['white space', '<div>\n  one\n  <b>two</b>\n</div>', 'one two'],
  ['lists', '<ul><li>one</li><li>two</li></ul>', 'one\ntwo'],
  ['what is not read', 'a<script>alert(1)</script><style>p{}</style>b', 'ab'],
  [
    'a link in three pieces',
    '<a href="https://x.example/a/b"><span class="invisible">https://</span>x.example<span>/a/b</span></a>',
    'https://x.example/a/b',
  ],
  ['broken markup', '<p>one<b>two</p><div', 'onetwo'],
])('HTML becomes text: %s', (_name, html, text) => {
  expect(segments(prepared({ content: html }))[0]).toEqual(['content', text]);
});

test('texts by kind, in reading order', () => {
  const record = prepared({
    name: 'Title',
    summary: 'Careful',
    content:
      '<p>Text <a href="https://www.news.example/1">x</a> <a class="mention" href="https://b.example/@b">@b</a></p>',
    tag: [
      { type: 'Hashtag', name: '#Tag', href: 'https://a.example/tags/tag' },
      { type: 'Mention', href: 'https://b.example/users/b' },
    ],
    attachment: [
      { type: 'Document', mediaType: 'image/png', url: 'https://a.example/1.png', name: 'Alt' },
      { type: 'Link', href: 'https://card.example/x', name: 'Card', summary: '<b>About</b>' },
    ],
    quote: { type: 'Note', id: 'https://q.example/1', content: '<p>Quoted</p>' },
    attributedTo: { type: 'Person', id: 'https://a.example/users/ann', name: 'Ann', preferredUsername: 'ann' },
  });
  expect(segments(record)).toEqual([
    ['warning', 'Careful'], ['content', 'Title'], ['content', 'Text x @b'], ['alt', 'Alt'], ['card', 'Card\nAbout'],
    ['tag', 'Tag'], ['host', 'news.example'], ['host', 'card.example'], ['quote', 'Quoted'], ['name', 'Ann'],
    ['name', 'ann@a.example'],
  ]); // prettier-ignore
  expect(record.post).toMatchObject({
    mediaCount: 1,
    hasLink: true,
    sensitive: true,
    mentions: [uriKey('https://b.example/users/b')],
    quoteOf: uriKey('https://q.example/1'),
  });
});

test('an article’s summary is an abstract, a note’s a warning', () => {
  expect(prepared({ type: 'Article', summary: 'Abstract', content: '' }).post?.sensitive).toBe(false);
  expect(segments(prepared({ type: 'Article', summary: 'Abstract', content: null }))[0]).toEqual([
    'content',
    'Abstract',
  ]);
  expect(prepared({ summary: 'Warning' }).post?.sensitive).toBe(true);
});

test.each<[string, JsonObject, string]>([
  ['public', { to: [PUBLIC] }, 'public'],
  ['public by its short name', { to: 'as:Public', cc: [] }, 'public'],
  ['unlisted', { to: ['https://a.example/users/ann/followers'], cc: [PUBLIC] }, 'unlisted'],
  ['followers', { to: ['https://a.example/users/ann/followers'] }, 'followers'],
  ['named people', { to: ['https://b.example/users/b'] }, 'direct'],
  ['nobody named', { to: [] }, 'unknown'],
])('visibility: %s', (_name, body, visibility) => {
  expect(prepared({ to: null, ...body }).post?.visibility).toBe(visibility);
});

test('counts that are not told stay unknown', () => {
  expect(prepared({}).post).toMatchObject({ replies: null, boosts: null, likes: null, downs: null });
  const told = { replies: { totalItems: 0 }, shares: { totalItems: 2 }, likes: 3, dislikes: { totalItems: -1 } };
  expect(prepared(told).post).toMatchObject({ replies: 0, boosts: 2, likes: 3, downs: null });
  expect(prepared({ likes: { type: 'Collection', items: [] } }).post?.likes).toBeNull();
});

test.each<[JsonObject, string | null]>([
  [{ contentMap: { DE: 'x', en: '<p>y</p>' }, content: '<p>y</p>' }, 'en'],
  [{ contentMap: { 'pt-BR': 'x' } }, 'pt-BR'],
  [{ language: 'EN-gb' }, 'en-gb'],
  [{ language: 'und' }, null],
  [{ language: 'not a tag' }, null],
  [{}, null],
])('language of %j is %s', (body, language) => {
  expect(prepared(body).post?.language).toBe(language);
});

test('a boost shows what it carries, and refers to it', () => {
  const boost = prepareRecord(
    recordOf('social.post', 'https://a.example/b/1', 0, {
      type: 'Announce',
      actor: 'https://a.example/users/ann',
      object: {
        id: 'at://did:plc:abc/app.bsky.feed.post/1',
        type: 'Note',
        content: 'Carried',
        attributedTo: 'did:plc:abc',
        likes: { totalItems: 4 },
      },
    }),
  );
  expect(segments(boost)[0]).toEqual(['content', 'Carried']);
  expect(boost.author?.uri).toBe('https://a.example/users/ann');
  expect(boost.post).toMatchObject({
    boostOf: uriKey('at://did:plc:abc/app.bsky.feed.post/1'),
    targetAuthor: uriKey('did:plc:abc'),
    likes: 4,
  });
});

test('an account is the same under each of its spellings', () => {
  const keyOf = (author: unknown): number | undefined => prepared({ attributedTo: author as JsonObject }).author?.key;
  expect(keyOf('at://did:plc:abc')).toBe(keyOf('did:plc:abc'));
  expect(keyOf('acct:@Bob@b.example')).toBe(keyOf('acct:bob@b.example'));
  expect(keyOf({ type: 'Person', id: 'did:plc:abc', alsoKnownAs: ['at://bob.example'] })).toBe(keyOf('did:plc:abc'));
  expect(prepared({ attributedTo: { name: 'Bob' } }).author).toMatchObject({ name: 'Bob', embedded: true });
  expect(prepared({ attributedTo: { id: 'did:plc:abc', alsoKnownAs: ['at://bob.example'] } }).author?.handle).toBe(
    'bob.example',
  );
});

test('a host stands for its accounts only where an account is meant', () => {
  const block = prepareRecord(
    recordOf('social.block', null, 0, { type: 'Block', actor: 'x', object: 'https://Bad.example' }),
  );
  expect(block.object?.host).toBe('bad.example');
  const user = prepareRecord(
    recordOf('social.block', null, 0, { type: 'Block', actor: 'x', object: 'https://bad.example/u' }),
  );
  expect(user.object?.host).toBeNull();
});

test('a body too large or too deep is cut, and says so', () => {
  const large = prepared({ content: 'kept', blob: 'x'.repeat(BODY_MAX), small: 1 });
  expect(JSON.parse(large.body)).toMatchObject({
    id: noteUri(1),
    small: 1,
    content: 'kept',
    'locker:omitted': ['blob'],
  });
  let deep: JsonObject = {};
  for (let i = 0; i < 20_000; i++) deep = { a: deep };
  expect(PreparedRecord.safeParse(prepared({ deep, content: 'kept' })).success).toBe(true);
  let list: unknown = [];
  for (let i = 0; i < 20_000; i++) list = [list];
  expect(prepared({ tag: list as never, content: 'kept' }).text).toContain('kept');
});

/** Members that are read, with values of any shape. */
const NAMES = [
  'id', 'type', 'content', 'name', 'summary', 'attributedTo', 'actor', 'object', 'tag', 'attachment', 'inReplyTo', 'quote',
  'url', 'to', 'cc', 'replies', 'likes', 'shares', 'contentMap', 'source', 'mediaType', 'sensitive', 'icon', 'image',
  'preview', 'href', 'alsoKnownAs', 'preferredUsername', 'followers', 'published', 'items', '__proto__', 'constructor',
]; // prettier-ignore
const TYPES = [
  'Note',
  'Announce',
  'Article',
  'Image',
  'Video',
  'Person',
  'Hashtag',
  'Mention',
  'Link',
  'Like',
  'as:Note',
];
const leaf = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    NaN,
    1e308,
    '',
    PUBLIC,
    noteUri(1),
    'acct:@a@b',
    'https://x.example/',
    ...TYPES,
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('<p>', '&#0;', '<a href=//x>', '\ud800', '\u0000', '東京', '<!--', '<svg><p>'),
);
const { json } = fc.letrec<{ json: unknown; object: unknown }>((tie) => ({
  json: fc.oneof({ maxDepth: 5 }, leaf, fc.array(tie('json'), { maxLength: 4 }), tie('object')),
  object: fc.dictionary(fc.constantFrom(...NAMES), tie('json'), { maxKeys: 8 }),
}));

test('any body gives a record that the store takes, and the same one again', () => {
  const body = fc.dictionary(fc.constantFrom(...NAMES), json, { maxKeys: 12 });
  const datatype = fc.constantFrom(
    'social.post' as const,
    'social.person',
    'social.reaction',
    'social.follow',
    'social.list',
    'label',
    'media.item',
  );
  fc.assert(
    fc.property(body, datatype, fc.option(fc.webUrl()), (any, kind, uri) => {
      const record = recordOf(kind, uri, 0, any as JsonObject);
      const result = prepareRecord(record);
      expect(PreparedRecord.safeParse(result).error?.message).toBeUndefined();
      expect(prepareRecord(structuredClone(record))).toEqual(result);
      expect(result.text.isWellFormed()).toBe(true);
      expect(result.kinds.length).toBe(result.kinds === '' ? 0 : result.text.split(TEXT_SEPARATOR).length);
    }),
    { numRuns: RUNS },
  );
}, 600_000);

test('hostile text is read in bounded time', () => {
  const n = 100_000;
  const texts = [
    '<'.repeat(n),
    '<a'.repeat(n),
    '<p>'.repeat(n),
    ' '.repeat(n),
    '\n'.repeat(n),
    '&'.repeat(n),
    '&#'.repeat(n),
    'https://'.repeat(n),
    '<!--'.repeat(n),
    ' \n'.repeat(n),
    '.'.repeat(n),
    'http://' + '.'.repeat(n),
    '<a href="http://x/'.repeat(1000),
  ];
  for (const content of texts) {
    const started = performance.now();
    prepareRecord(
      note(1, {
        content,
        name: content,
        summary: content,
        attachment: [{ type: 'Link', href: content, name: content }],
      }),
    );
    expect(performance.now() - started).toBeLessThan(1500);
  }
});
