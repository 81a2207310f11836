import { describe, expect, test } from 'vitest';
import { DATATYPE_NAMES } from '../../protocol/datatypes.ts';
import { en } from './en.ts';
import { kindName } from './kinds.ts';
import { formatNumber, local, t, type Message } from './translate.ts';

describe('texts', () => {
  test('fill their places', () => {
    expect(t('post.boostedBy', { name: 'Ada' })).toBe('Ada boosted');
    expect(t('why.place', { rank: 3, total: 12345, newest: 40 })).toContain('12,345');
  });
  test('choose the plural form', () => {
    expect(t('feed.new', { count: 1 })).toBe('1 new post');
    expect(t('feed.new', { count: 0 })).toBe('0 new posts');
  });
  test('what is put in is not filled again', () => {
    expect(t('post.boostedBy', { name: '{name}' })).toBe('{name} boosted');
  });
});

describe('the catalogue', () => {
  const messages: [string, Message][] = Object.entries(en);
  test('has no empty text and no stray space', () => {
    for (const [key, message] of messages) {
      for (const text of typeof message === 'string' ? [message] : [message.one, message.other]) {
        expect(text.trim(), key).toBe(text);
        expect(text, key).not.toBe('');
      }
    }
  });
  test('plural forms of a text have the same places; one may be said without its count', () => {
    const places = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
    for (const [key, message] of messages) {
      if (typeof message === 'string') continue;
      const one = places(message.one);
      const counted = one.includes('count') ? one : [...one, 'count'].sort();
      expect([one, counted], key).toContainEqual(places(message.other));
    }
  });
  test('names every kind of record', () => {
    for (const name of DATATYPE_NAMES) expect(kindName(name)).not.toBe(name);
    expect(kindName('x-else.example.thing')).toBe('“thing” of else.example');
  });
});

test('numbers', () => {
  expect(formatNumber(1234)).toBe('1,234');
  expect(formatNumber(0.12345)).toBe('0.12');
});

test('texts of a manifest fall back to English', () => {
  expect(local({ en: 'Heat', de: 'Hitze' })).toBe('Heat');
});
