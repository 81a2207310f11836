import { expect, test } from 'vitest';
import { erasureSaid } from './erasure-answer.ts';

function jws(payload: unknown): string {
  return `header.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.signature`;
}

test('a signed answer is read as what it says', () => {
  const at = '2026-11-25T04:54:00.000Z';
  expect(erasureSaid(jws({ grant_id: 'x', erased_at: at, kept: '' }))).toEqual({ at: Date.parse(at), kept: '' });
  expect(erasureSaid(jws({ erased_at: at, kept: ' Rechnungen für das Finanzamt, 10 Jahre ' }))?.kept).toBe(
    'Rechnungen für das Finanzamt, 10 Jahre',
  );
});

test('what cannot be read is shown as it is', () => {
  for (const text of ['', 'words', 'a.b.c', jws({ kept: '' }), jws(null)]) expect(erasureSaid(text)).toBeNull();
});
