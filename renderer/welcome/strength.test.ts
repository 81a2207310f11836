import { describe, expect, test } from 'vitest';
import { strength } from './strength.ts';

describe('the strength hint', () => {
  test.each([
    ['', 'short'],
    ['lamp river', 'weak'],
    ['aaaaaaaaaaaaaaaa', 'weak'],
    ['password1234567890', 'weak'],
    ['qwertyuiopasdfghjkl', 'weak'],
    ['river lamp otter', 'fair'],
    ['river lamp otter seventeen', 'good'],
    ['river lamp otter seventeen basalt', 'strong'],
    ['vT9!kq2#Lm0@zR7x', 'strong'],
    ['川 灯り カワウソ 十七 玄武岩 帽子 七つ', 'strong'],
  ])('%j is %s', (passphrase, word) => {
    expect(strength(passphrase)).toBe(word);
  });
});
