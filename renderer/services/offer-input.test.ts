import { expect, test } from 'vitest';
import { offerInput } from './offer-input.ts';

test.each([
  ['', null],
  ['  ', null],
  ['newcomer.example/offer.json', { link: 'https://newcomer.example/offer.json' }],
  [' https://newcomer.example/ ', { link: 'https://newcomer.example/' }],
  ['http://127.0.0.1:9/offer', { link: 'http://127.0.0.1:9/offer' }],
  ['\n{"client": {}}\n', { file: '{"client": {}}' }],
])('%j', (text, expected) => {
  expect(offerInput(text)).toEqual(expected);
});
