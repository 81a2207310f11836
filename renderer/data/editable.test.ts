import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changesOf, draftOf, htmlOf, textOf } from './editable.ts';

test('a body becomes text and text a body', () => {
  expect(textOf('<p>One &amp; two<br>three</p><p><a href="x">four</a></p>')).toBe('One & two\nthree\n\nfour');
  expect(htmlOf('One & <two>\nthree\n\n\nfour')).toBe('<p>One &amp; &lt;two&gt;<br>three</p><p>four</p>');
});

test('text survives the way there and back', () => {
  const line = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
    .map((text) => text.trim())
    .filter((text) => text !== '' && !/[\n\r\u2028\u2029\u0085\v\f&]/.test(text));
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), (paragraphs) => {
      const text = paragraphs.join('\n\n');
      expect(textOf(htmlOf(text))).toBe(text);
    }),
  );
});

test('the owner’s changes are what is edited', () => {
  expect(draftOf({ content: '<p>old</p>', summary: 'w' }, { content: '<p>new</p>', summary: null })).toEqual({
    name: '',
    content: 'new',
    summary: '',
  });
});

test('only what changed is sent; an emptied member is removed', () => {
  const before = { name: 'a', content: 'b', summary: 'c' };
  expect(changesOf(before, before)).toEqual({});
  expect(changesOf(before, { name: ' x ', content: 'b\n\nc', summary: ' ' })).toEqual({
    name: 'x',
    content: '<p>b</p><p>c</p>',
    summary: null,
  });
});
