import type { Call, OutShape } from '../../protocol/sandbox-run.ts';
import type { Directory } from '../directory.ts';
import type { Pack } from './pack.ts';
import type { Primordials } from './primordials.ts';
import type { SeededRandom } from './random.ts';
import type { Rows } from './rows.ts';
import type { Views } from './views.ts';

/** What the sandbox process passes in: strings and buffers. */
export type Run = (
  code: string,
  call: Call,
  settingsJson: string,
  ctxJson: string,
  shapeJson: string,
  directoryJson: string,
  batchBuffer: ArrayBuffer,
  extraBuffer: ArrayBuffer,
  arena: string | null,
) => ArrayBuffer;

/**
 * The one function that is called from outside, always with the same code. The code is compiled once; each call gets a module
 * of its own, so nothing that one call kept is there in the next, and since all else is frozen there is no other place to keep
 * it. What the engine has learnt about the code stays. Runs inside the cell.
 */
export function makeRun(p: Primordials, random: SeededRandom, views: Views, rows: Rows, packer: Pack): Run {
  // The texts come from the sandbox process, which has checked them.
  function isShape(value: unknown): value is OutShape {
    return p.isObject(value);
  }
  function isDirectory(value: unknown): value is Directory {
    return p.isObject(value);
  }
  function canHaveProperties(value: unknown): value is Record<string, unknown> {
    return p.isObject(value) || typeof value === 'function';
  }
  function deepFreeze(value: unknown): void {
    if (!p.isObject(value)) return;
    for (const key of p.ownKeys(value)) if (typeof key === 'string') deepFreeze(value[key]);
    p.freeze(value);
  }

  let guest: unknown;

  return (code, call, settingsJson, ctxJson, shapeJson, directoryJson, batchBuffer, extraBuffer, arena) => {
    try {
      const settings = p.parse(settingsJson);
      const ctx = p.parse(ctxJson);
      const shape = p.parse(shapeJson);
      const directory = p.parse(directoryJson);
      if (!p.isObject(ctx) || !isShape(shape) || !isDirectory(directory)) return packer.blank(2);
      deepFreeze(settings);
      deepFreeze(ctx.owner);
      random.seed(ctx.seed);
      const batch = views.batch(directory, batchBuffer, arena);
      let asked: object | undefined;
      let askedCount = 0;
      for (const entry of directory.extra) {
        const array = views.array(entry, extraBuffer);
        if (entry.name === 'state') ctx.state = array;
        else {
          asked = array;
          askedCount = entry.length;
        }
      }
      ctx.rows = p.freeze(rows);
      p.freeze(ctx);

      // Guest code from here on. What it throws is dropped unread, since reading it would run its getters.
      const module: { exports: unknown } = { exports: {} };
      guest ??= p.construct(p.Function, ['module', "'use strict';" + code]);
      p.apply(guest, undefined, [module]);
      const exports = module.exports;
      if (!canHaveProperties(exports)) return packer.blank(2);
      const init = exports.init;
      const method = exports[call];
      if (typeof method !== 'function') return packer.blank(2);
      if (typeof init === 'function') p.apply(init, exports, [settings, ctx]);
      const value = p.apply(method, exports, asked === undefined ? [batch, ctx] : [batch, ctx, asked]);
      return packer.pack(call, value, shape, askedCount) ?? packer.blank(2);
    } catch {
      return packer.blank(1);
    }
  };
}
