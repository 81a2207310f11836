import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareVersions } from './version-order.ts';

test('versions in the order of semver’s own example, and more', () => {
  const ordered = ['1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-alpha.beta', '1.0.0-beta', '1.0.0-beta.2', '1.0.0-beta.11', '1.0.0-rc.1', '1.0.0', '1.0.1', '1.2.0', '1.10.0', '2.0.0']; // prettier-ignore
  for (const [place, one] of ordered.entries())
    for (const [against, other] of ordered.entries())
      expect(Math.sign(compareVersions(one, other)), `${one} ${other}`).toBe(Math.sign(place - against));
});

test('is an order', () => {
  const version = fc
    .tuple(
      fc.nat(3),
      fc.nat(3),
      fc.nat(3),
      fc.option(fc.array(fc.constantFrom('a', 'b', '1', '2'), { minLength: 1, maxLength: 3 })),
    )
    .map(([a, b, c, label]) => `${a}.${b}.${c}${label === null ? '' : `-${label.join('.')}`}`);
  fc.assert(
    fc.property(version, version, version, (a, b, c) => {
      expect(Math.sign(compareVersions(a, b))).toBe(-Math.sign(compareVersions(b, a)) + 0);
      if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0)
        expect(compareVersions(a, c)).toBeLessThanOrEqual(0);
    }),
  );
});
