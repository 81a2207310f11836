import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../protocol/json.ts';
import { MAX_JSON_DEPTH, MAX_RECORD_BYTES } from '../limits.ts';
import { BAD_JSON, CUT_OFF, JsonStream, TOO_DEEP, TOO_LARGE } from './json-stream.ts';

const RUNS = process.env['SOAK'] === undefined ? 100 : 20_000;

interface Read {
  elements: Json[];
  heads: JsonObject[];
  bad: string[];
}

function read(text: string | Uint8Array, pieceSize = 7): Read {
  const out: Read = { elements: [], heads: [], bad: [] };
  const stream = new JsonStream({
    streams: (key) => key === 'items',
    element: (value) => out.elements.push(value),
    document: (head) => out.heads.push(head),
    bad: (reason) => out.bad.push(reason),
  });
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieceSize) {
    if (!stream.push(bytes.subarray(at, at + pieceSize))) return out;
  }
  stream.end();
  return out;
}

describe('JsonStream', () => {
  test('gives the items of an array at the top, whatever the size of the pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 8 }), fc.integer({ min: 1, max: 40 }), (values, size) => {
        const result = read(JSON.stringify(values), size);
        expect(result).toEqual({ elements: JSON.parse(JSON.stringify(values)), heads: [], bad: [] });
      }),
      { numRuns: RUNS },
    );
  });

  test('gives the streamed items of an object one by one and its other members together', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.jsonValue(), fc.array(fc.jsonValue()), (items, other, list) => {
        const result = read(JSON.stringify({ a: other, items, list, z: 1 }, null, 2));
        const plain = JSON.parse(JSON.stringify({ a: other, list, items })) as Record<string, Json>;
        expect(result.elements).toEqual(plain['items']);
        expect(result.heads).toEqual([{ a: plain['a'], list: plain['list'], z: 1 }]);
        expect(result.bad).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  test('reads several texts one after another', () => {
    const result = read('{"a":1}\n{"items":[1]}\n7\n\u001e[2,3]');
    expect(result).toEqual({ elements: [1, 7, 2, 3], heads: [{ a: 1 }, {}], bad: [] });
  });

  test('keeps what came before a cut, and says that there is one', () => {
    const text = JSON.stringify({ items: [{ a: 1 }, { b: 'two' }, { c: 3 }] });
    const result = read(text.slice(0, text.indexOf('two') + 1));
    expect(result.elements).toEqual([{ a: 1 }]);
    expect(result.bad).toEqual([CUT_OFF]);
  });

  test('passes over one bad item and reads on', () => {
    expect(read('[{"a":1},{"b":tru},{"c":3}]')).toMatchObject({ elements: [{ a: 1 }, { c: 3 }], bad: [BAD_JSON] });
  });

  test('passes over an item that is too large or too deep', () => {
    const large = `"${'x'.repeat(MAX_RECORD_BYTES)}"`;
    expect(read(`[1,${large},2]`, 65_536)).toMatchObject({ elements: [1, 2], bad: [TOO_LARGE] });
    const deep = '['.repeat(MAX_JSON_DEPTH + 1) + ']'.repeat(MAX_JSON_DEPTH + 1);
    expect(read(`[1,${deep},2]`)).toMatchObject({ elements: [1, 2], bad: [TOO_DEEP] });
  });

  test('tells once of an object that is too large, and gives no part of it', () => {
    const large = 'x'.repeat(MAX_RECORD_BYTES);
    const half = 'x'.repeat(MAX_RECORD_BYTES / 2);
    for (const object of [{ a: 1, content: large }, { a: half, b: half, c: half }, { list: [half, 1, half] }]) {
      const result = read(`${JSON.stringify(object)} {"next":1}`, 65_536);
      expect(result).toEqual({ elements: [], heads: [{ next: 1 }], bad: [TOO_LARGE] });
    }
    const collection = read(JSON.stringify({ content: large, items: [1, 2] }), 65_536);
    expect(collection).toEqual({ elements: [1, 2], heads: [], bad: [TOO_LARGE] });
  });

  test('never lets a member named __proto__ become the prototype', () => {
    const [head] = read('{"__proto__":{"polluted":true},"a":1}').heads;
    expect(head).toEqual({ a: 1 });
    expect(Object.getPrototypeOf(head)).toBe(Object.prototype);
  });

  test('ends on any bytes', () => {
    const seeds = ['[{"a":[1,"x\\"y"]},2]', '{"items":[{"a":1}],"b":{"c":null}}'];
    fc.assert(
      fc.property(
        fc.constantFrom(...seeds),
        fc.array(fc.tuple(fc.nat(60), fc.constantFrom(...'[]{}",:\\ x1\0')), { maxLength: 6 }),
        (seed, changes) => {
          const bytes = [...seed];
          for (const [at, character] of changes) bytes[at % bytes.length] = character;
          expect(() => read(bytes.join(''), 3)).not.toThrow();
        },
      ),
      { numRuns: RUNS * 5 },
    );
  });
});
