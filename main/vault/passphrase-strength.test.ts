import { expect, test } from 'vitest';
import { requireStrong } from './passphrase-strength.ts';

test.each([
  '', 'short', '123456789', '1234567890', '0987654321', 'aaaaaaaaaaaa', 'abababababab', 'abcdefghijkl', 'QWERTYuiop', 'Password123!',
  'passwordpassword', 'iloveyou2024', 'Correct Horse Battery Staple', '          ',
])('%j is refused', (passphrase) => {
  expect(() => {
    requireStrong(passphrase);
  }).toThrow(expect.objectContaining({ code: 'weak_passphrase' }));
}); // prettier-ignore

test.each([
  'seven brown otters',
  'kX9#mQ2$vL',
  'Drei Füchse im Schnee',
  '七つの茶色いカワウソの巣',
  '🦊🦝🐻🐼🐨🐯🦁🐮🐷🐸',
])('%j is taken', (passphrase) => {
  requireStrong(passphrase);
});
