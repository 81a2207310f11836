import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AnyDatatype } from '../../protocol/datatypes.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { bodyOf, parsed, prepareRecord, textsOf, wordsOf, type FieldSource, type PreparedRecord } from './index.ts';

const RUNS = process.env['SOAK'] === '1' ? 3000 : 60;
const NOTE = 'x-a.example.note';

const word = fc.stringMatching(/^[a-z東ü]{1,6}$/);
const odd = fc.constantFrom('\u0001', '<b>', '</b>', '&amp;', '\n', '  ', '\ud800', '\u001f', '&');
/** Some are longer than anything that is read of one. */
const text = fc
  .tuple(fc.array(fc.oneof(word, odd), { maxLength: 6 }), fc.constantFrom('', ' ', '<b>'), fc.nat(5))
  .map(([parts, between, long]) => parts.join(between).repeat(long === 0 ? 15_000 : 1));
const texts = fc.oneof(text, fc.array(text, { maxLength: 3 }), fc.array(word, { minLength: 1100, maxLength: 1100 }));

const own = fc
  .record({ text: texts, content: texts, more: fc.record({ deep: texts }) })
  .map((body) => ({ datatype: NOTE, body: body, names: Object.keys(body) }));
const post = fc
  .record({
    name: text,
    content: text,
    summary: text,
    tag: fc.array(
      text.map((name) => ({ type: 'Hashtag', name })),
      { maxLength: 3 },
    ),
    attachment: fc.array(
      text.map((name) => ({ type: 'Image', mediaType: 'image/png', url: `https://a.example/${name.length}`, name })),
      { maxLength: 50 },
    ),
    mediaType: fc.constantFrom('text/html', 'text/plain'),
    type: fc.constantFrom('Note', 'Article', 'Announce'),
  })
  .map((body) => ({
    datatype: 'social.post',
    body: body,
    names: ['title', 'content', 'warning', 'tags'],
  }));
const search = text.map((content) => ({
  datatype: 'activity.search',
  body: { type: 'Search', content },
  names: ['content'],
}));
const account = fc.record({ name: text, content: text }).map((body) => ({
  datatype: 'social.person',
  body: { ...body, type: 'Person' },
  names: ['name', 'bio'],
}));

function recordOf(datatype: AnyDatatype, body: JsonObject): { facts: FieldSource; prepared: PreparedRecord } {
  const told = {
    datatype,
    uri: 'https://a.example/1',
    source: 'https://a.example/users/a',
    published: null,
    mine: true,
  };
  const prepared = prepareRecord({ ...told, body, publishedText: null, timeEstimated: true });
  return { facts: { ...told, body: parsed(prepared.body) }, prepared };
}

test('all that a field is found by is in the index, whatever else the record says', () => {
  fc.assert(
    fc.property(fc.oneof(own, post, search, account), ({ datatype, body, names }) => {
      const { facts, prepared } = recordOf(datatype, body);
      const indexed = new Set(wordsOf(prepared.search ?? prepared.text));
      for (const name of names) {
        const missing = textsOf(name, facts).flatMap(wordsOf).filter((one) => !indexed.has(one)); // prettier-ignore
        // Of a run of characters that is indexed by pairs, the whole is no word of the index.
        expect(missing.filter((one) => !one.includes('東'))).toEqual([]);
      }
    }),
    { numRuns: RUNS },
  );
});

const LONG = 'lorem '.repeat(60_000);

test.each<[string, AnyDatatype, JsonObject, string]>([
  ['another property', NOTE, { a: LONG, text: 'zebra' }, 'text'],
  ['many texts in another property', NOTE, { a: Array.from({ length: 1500 }, () => 'x'), text: 'zebra' }, 'text'],
  [
    'descriptions of pictures',
    'social.post',
    bodyOf('social.post', {
      media: Array.from({ length: 60 }, (_, n): Json => ({ kind: 'image', url: `https://a.example/${n}.png`, alt: LONG.slice(0, 5000) })), // prettier-ignore
      tags: ['zebra'],
    }),
    'tags',
  ],
])('a word is found however long %s is', (_name, datatype, body, field) => {
  const { facts, prepared } = recordOf(datatype, body);
  expect(textsOf(field, facts)).toEqual(['zebra']);
  expect(prepared.text).toContain('zebra');
});

test('what is past the length of a property is not found by it, so that no other one decides', () => {
  const { facts } = recordOf(NOTE, { text: `${LONG}zebra`, other: 'zebra' });
  expect(textsOf('text', facts).join(' ')).not.toContain('zebra');
});

test('a boost is not found by what it repeats', () => {
  const { facts } = recordOf('social.post', { type: 'Announce', object: { type: 'Note', content: 'of another' } });
  expect(textsOf('content', facts).join('')).toBe('');
});
