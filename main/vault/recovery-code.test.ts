import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newRecoveryCode, readRecoveryCode } from './recovery-code.ts';

const RUNS = { numRuns: process.env['SOAK'] === '1' ? 20_000 : 100 };

test('reads back what it made, in any case and spacing, with letters taken for digits', () => {
  fc.assert(
    fc.property(fc.constantFrom('-', ' ', '', ' – '), fc.boolean(), (separator, lower) => {
      const code = newRecoveryCode();
      const typed = code.replaceAll('-', separator).replaceAll('0', 'o').replaceAll('1', 'l');
      expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}$/);
      expect(readRecoveryCode(lower ? typed.toLowerCase() : typed)).toEqual(readRecoveryCode(code));
      expect(readRecoveryCode(code)).toHaveLength(16);
    }),
    RUNS,
  );
});

test('codes differ', () => {
  expect(new Set(Array.from({ length: 1000 }, newRecoveryCode)).size).toBe(1000);
});

test('nearly every typing slip is noticed', () => {
  let unnoticed = 0;
  const tries = 2000;
  for (let i = 0; i < tries; i++) {
    const code = newRecoveryCode().replaceAll('-', '');
    const at = i % code.length;
    const other = code[at] === '7' ? '8' : '7';
    if (readRecoveryCode(code.slice(0, at) + other + code.slice(at + 1)) !== undefined) unnoticed++;
  }
  expect(unnoticed).toBeLessThan(10);
  expect(readRecoveryCode('')).toBeUndefined();
  expect(readRecoveryCode('U'.repeat(28))).toBeUndefined();
});
