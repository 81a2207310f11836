import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RawRow } from './gated-read.ts';
import { readRows, rowsFrame } from './rows-frame.ts';

const Whole = fc.integer({ min: -(2 ** 52), max: 2 ** 52 });
const Place = fc.oneof(fc.string({ unit: 'binary' }), Whole, fc.constant(null));
const Fields = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()).map((value) => JSON.stringify(value));
const Row = fc.tuple(Whole, Whole, Whole, Place, Fields);

test('rows come as they were sent, whatever their texts', () => {
  fc.assert(
    fc.property(fc.array(Row, { maxLength: 8 }), fc.boolean(), (rows, more) => {
      expect(readRows(rowsFrame({ kind: 'rows', rows, more }))).toEqual({ kind: 'rows', rows, more });
    }),
    { numRuns: process.env['SOAK'] === undefined ? 200 : 20_000 },
  );
});

test('what is cut, longer, or not rows is refused', () => {
  const row: RawRow = [1, 2, 3, 'place', '{"content":"Grüße 🦉"}'];
  const frame = rowsFrame({ kind: 'rows', rows: [row, row], more: false });
  for (let length = 0; length < frame.length; length++) expect(readRows(frame.subarray(0, length))).toBeNull();
  expect(readRows(Buffer.concat([frame, Buffer.from('{}')]))).toBeNull();
  expect(readRows(Buffer.from('{"ok":true,"answer":null}'))).toBeNull();
  const endless = Buffer.from(frame);
  endless.writeUInt32LE(0xffffffff, 4);
  expect(readRows(endless)).toBeNull();
  const half = Buffer.from(frame);
  half.writeDoubleLE(0.5, 8);
  expect(readRows(half)).toBeNull();
});
