import { describe, expect, test } from 'vitest';
import { MutedWords, type MutedWord } from '../../protocol/owner/feed.ts';
import { expiryOf, hostsIn, withoutWord, withWord } from './muted-words.ts';

const word = (value: string): MutedWord => ({
  value,
  targets: ['content', 'tag'],
  severity: 3,
  excludeFollowing: false,
  expiresAt: null,
});
const none: MutedWords = { words: [], hosts: [] };

describe('muted words', () => {
  test('the newest is first, a word is there once, whatever its case', () => {
    const list = withWord(withWord(withWord(none, word('Ferry')), word('canal')), { ...word('ferry'), severity: 1 });
    expect(list.words.map(({ value, severity }) => [value, severity])).toEqual([
      ['ferry', 1],
      ['canal', 3],
    ]);
  });
  test('a leading # looks at tags only', () => {
    expect(withWord(none, word('#canal')).words).toEqual([{ ...word('canal'), targets: ['tag'] }]);
  });
  test('nothing but space adds nothing', () => {
    expect(withWord(none, word('  '))).toBe(none);
    expect(withWord(none, word('#')).words).toEqual([]);
  });
  test('white space is folded, removal finds it', () => {
    const list = withWord(none, word(' two   words '));
    expect(list.words[0]?.value).toBe('two words');
    expect(withoutWord(list, 'TWO words').words).toEqual([]);
  });
});

test('terms', () => {
  expect(expiryOf('forever', 5)).toBeNull();
  expect(expiryOf('week', 5)).toBe(5 + 7 * 86_400_000);
});

test('hosts are cut out of what was typed', () => {
  const hosts = hostsIn('https://www.Spam.example/a?b\nspam.example, other.example:8080/x\n\n');
  expect(hosts).toEqual(['spam.example', 'other.example:8080']);
  expect(MutedWords.safeParse({ ...none, hosts }).success).toBe(true);
});
