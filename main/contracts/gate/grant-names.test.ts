import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { grantNames } from './grant-names.ts';

const RUNS = process.env['SOAK'] === undefined ? 200 : 50_000;
const Key = fc.uint8Array({ minLength: 32, maxLength: 32 });
const Bits52 = fc.integer({ min: 0, max: 2 ** 52 - 1 });
const RecordKey = fc.record({ ref: Bits52, identity: Bits52 });

describe('names of a contract', () => {
  test('ids and pseudonyms invert, and belong to their contract alone', () => {
    fc.assert(
      fc.property(Key, Key, RecordKey, (key, otherKey, record) => {
        fc.pre(Buffer.compare(Buffer.from(key), Buffer.from(otherKey)) !== 0);
        const names = grantNames(key);
        const others = grantNames(otherKey);
        const id = names.recordId(record);
        expect(id).toMatch(/^[0-9a-f]{32}$/);
        expect(names.recordKey(id)).toEqual(record);
        expect(others.recordId(record)).not.toBe(id);
        expect(others.recordKey(id)).not.toEqual(record);
        const address = names.pseudonym('address', record.ref);
        expect(names.pseudonymKey('address', address)).toBe(record.ref);
        expect(names.pseudonymKey('handle', address)).toBeNull();
        expect(names.pseudonym('handle', record.ref)).not.toBe(address);
        expect(others.pseudonymKey('address', address)).toBeNull();
        expect(names.recordKey(address)).toBeNull();
      }),
      { numRuns: RUNS },
    );
  });

  test('no two records share an id, no two identifiers a pseudonym', () => {
    const names = grantNames(randomBytes(32));
    fc.assert(
      fc.property(fc.uniqueArray(RecordKey, { selector: ({ ref, identity }) => `${ref} ${identity}` }), (records) => {
        expect(new Set(records.map(names.recordId)).size).toBe(records.length);
        const refs = new Set(records.map(({ ref }) => ref));
        expect(new Set(Array.from(refs, (ref) => names.pseudonym('address', ref))).size).toBe(refs.size);
      }),
      { numRuns: RUNS / 4 },
    );
  });

  test('a name that nobody made is none', () => {
    const names = grantNames(randomBytes(32));
    for (const id of ['', 'x', '0'.repeat(31), 'A'.repeat(32), 'g'.repeat(32)]) expect(names.recordKey(id)).toBeNull();
    const made = Array.from({ length: 2000 }, () => names.recordKey(randomBytes(16).toString('hex')));
    expect(made.filter((key) => key !== null)).toEqual([]);
  });

  test('a marker opens where it was made for, and equals itself', () => {
    fc.assert(
      fc.property(Key, Key, fc.string(), fc.string(), fc.jsonValue(), (key, otherKey, binding, other, value) => {
        const plain = JSON.parse(JSON.stringify(value));
        const names = grantNames(key);
        const marker = names.seal(binding, plain);
        expect(names.seal(binding, plain)).toBe(marker);
        expect(names.unseal(binding, marker)).toEqual(plain);
        if (other !== binding) expect(names.unseal(other, marker)).toBeNull();
        if (Buffer.compare(key, otherKey) !== 0) expect(grantNames(otherKey).unseal(binding, marker)).toBeNull();
      }),
      { numRuns: RUNS },
    );
  });

  test('a marker that was altered anywhere opens nothing', () => {
    const names = grantNames(randomBytes(32));
    const marker = names.seal('list', [1_700_000_000_000, 5, 7]);
    const bytes = Buffer.from(marker, 'base64url');
    for (let at = 0; at < bytes.length; at++) {
      const altered = Buffer.from(bytes);
      altered[at] = (altered[at] ?? 0) ^ 1;
      expect(names.unseal('list', altered.toString('base64url'))).toBeNull();
    }
    for (const text of [`${marker}=`, `${marker}A`, marker.slice(1), `${marker}\n`, 'AAAA', '']) {
      expect(names.unseal('list', text)).toBeNull();
    }
  });
});
