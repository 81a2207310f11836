import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { locateAddon } from '../main/sandbox-host/program.ts';
import type { ToChild } from '../protocol/sandbox-wire.ts';
import type { Cell, CellInput, Engine } from './engine.ts';
import type { HeldBatch } from './held.ts';
import { loadIsolatedVm } from './isolated-vm-engine.ts';
import { formOf, rehearse, type RunForm } from './rehearsal.ts';

const ROWS = 4;
const HEADER_BYTES = 16;
const MARK = 1234567;

/** Every place in which code could try to keep something from one call to the next. Each adds one and tells the sum. */
const KEEPERS: Record<string, string> = {
  'a variable of the module': 'let kept = 0; const keep = () => (kept += 1);',
  'its exports': 'const keep = () => (module.exports.kept = (module.exports.kept ?? 0) + 1);',
  'the global object': 'const keep = () => { try { globalThis.kept = 1; } catch {} return globalThis.kept ?? 1; };',
  'a built-in object':
    'const keep = () => { try { Math.kept = (Math.kept ?? 0) + 1; } catch {} return Math.kept ?? 1; };',
  'the strings of a template':
    'const tag = (strings) => strings; const seen = new WeakMap(); ' +
    'const keep = () => { const key = tag`a${1}b`; seen.set(key, (seen.get(key) ?? 0) + 1); return seen.get(key); };',
  'a private field put on a built-in object':
    'class Base { constructor(object) { return object; } } ' +
    'class Stamp extends Base { #count = 0; static add(object) { if (!(#count in object)) new Stamp(object); ' +
    'return (object.#count += 1); } } const keep = () => Stamp.add(Object.prototype);',
  'a regular expression': 'const keep = () => { const r = /a/g; r.test("aaaa"); return r.lastIndex; };',
  'an array written in the code': 'const keep = () => { const list = [0]; list[0] += 1; return list[0]; };',
  'a registered symbol': 'const keep = () => (Symbol.keyFor(Symbol.for("kept")) === "kept" ? 1 : 2);',
  'the random numbers': 'const keep = () => Math.floor(Math.random() * 1e6);',
  'what it was given':
    'const keep = (batch, ctx) => { try { ctx.kept = 1; batch.kept = 1; } catch {} return ctx.kept ?? 1; };',
  'work that goes on after the answer':
    'let told = 0; const keep = () => { (async () => { for (;;) { await null; if ((told += 1) > 50) return; } })(); return told; };',
};

function codeWith(keeper: string): string {
  return (
    `${keeper}\nmodule.exports = { score(batch, ctx) { const first = keep(batch, ctx);` +
    ' return { score: new Float64Array(batch.n).fill(first) }; } };'
  );
}

describe('a rehearsal', () => {
  let engine: Engine;
  const cells: Cell[] = [];
  beforeAll(() => {
    engine = loadIsolatedVm(locateAddon(), () => process.exit(70));
  });
  afterAll(() => {
    for (const cell of cells) cell[Symbol.dispose]();
  });

  function newCell(): Cell {
    const cell = engine.cell(64);
    cells.push(cell);
    return cell;
  }
  const shape = { n: ROWS, maxDecisions: 0, argStride: 0, reasons: 0, contributions: 0 };
  const entries = [
    { name: 'f64.likes', type: 'f64', length: ROWS, offset: 0 },
    { name: 'u32.authorIdx', type: 'u32', length: ROWS, offset: ROWS * 8 },
    { name: 'author.f64.followers', type: 'f64', length: 1, offset: ROWS * 12 },
  ] as const;

  function realRun(code: string): CellInput {
    const batch = new ArrayBuffer(ROWS * 12 + 8);
    new Float64Array(batch, 0, ROWS).fill(MARK);
    return {
      code,
      call: 'score',
      settings: '{}',
      ctx: JSON.stringify({ now: 5, seed: 9, owner: {}, apiVersion: 1 }),
      shape: JSON.stringify(shape),
      directory: JSON.stringify({ n: ROWS, authors: 1, langs: null, batch: entries, extra: [] }),
      batch,
      extra: new ArrayBuffer(0),
      arena: null,
      stopAfterMs: 5000,
    };
  }
  function form(over: Partial<Extract<ToChild, { type: 'run' }>> = {}): RunForm | null {
    const message = {
      type: 'run',
      id: 1,
      hash: 'h',
      digest: 'd',
      call: 'score',
      settings: { weight: 2 },
      ctx: { now: MARK, seed: MARK, owner: { hosts: [String(MARK)] }, apiVersion: 1 },
      shape,
      memoryMb: 64,
      stopAfterMs: 5000,
      sections: [],
      ...over,
    } as const satisfies ToChild;
    const held: HeldBatch = {
      n: ROWS,
      authors: 1,
      langs: [String(MARK)],
      entries,
      buffer: realRun('').batch,
      arena: String(MARK),
      bytes: 0,
    };
    return formOf(message, held);
  }
  function needed(made: RunForm | null): RunForm {
    if (made === null) throw new Error('no form');
    return made;
  }

  it.each(Object.entries(KEEPERS))('leaves nothing for the run in %s', (_, keeper) => {
    const code = codeWith(keeper);
    const plain = newCell().run(realRun(code));
    const cell = newCell();
    rehearse(cell, code, needed(form()));
    expect(new Uint8Array(cell.run(realRun(code)))).toEqual(new Uint8Array(plain));
    expect(new Uint32Array(plain, 0, 1)[0]).toBe(0);
  });

  it('shows code nothing of what real runs hold, in columns of the same names', () => {
    const code = `module.exports = { score(batch, ctx) {
      const told = JSON.stringify([batch.langs, ctx, batch.f64.likes, batch.author.f64.followers, batch.text]);
      const names = Object.keys(batch.f64).join() + Object.keys(batch.u32).join() + Object.keys(batch.author.f64).join();
      const ok = names === 'likesauthorIdxfollowers' && batch.u32.authorIdx.every((row) => row < batch.author.n);
      return { score: new Float64Array(batch.n).fill(told.includes('${MARK}') ? 2 : ok ? 1 : 0) };
    } };`;
    const answers: (number | undefined)[] = [];
    const cell = newCell();
    const watched: Cell = {
      ...cell,
      run(input) {
        const out = cell.run(input);
        answers.push(new Float64Array(out, HEADER_BYTES, 1)[0]);
        return out;
      },
    };
    rehearse(watched, code, needed(form()));
    expect(answers.length).toBeGreaterThanOrEqual(2);
    expect(new Set(answers)).toEqual(new Set([1]));
    // The same code does tell the mark where it is.
    expect(new Float64Array(newCell().run(realRun(code)), HEADER_BYTES, 1)[0]).toBe(2);
  });

  it('gives up on code that does not end, and takes no state', () => {
    const code = 'module.exports = { score() { for (;;); } };';
    expect(() => rehearse(newCell(), code, needed(form()))).toThrow();
    expect(form({ sections: [{ name: 'state', type: 'f64', length: 1 }] })).toBe(null);
  });
});
