import type { Call, OutShape } from '../../protocol/sandbox-run.ts';
import type { Directory } from '../directory.ts';
import type { Primordials } from './capture.ts';
import type { Pack } from './pack.ts';
import type { SeededRandom } from './random.ts';
import type { Rows } from './rows.ts';
import type { Views } from './views.ts';

/** The one function the host calls. Runs inside the cell. */
export function makeRun(p: Primordials, random: SeededRandom, views: Views, rows: Rows, packer: Pack) {
  function isObject(value: unknown): value is Record<string, unknown> {
    return (typeof value === 'object' && value !== null) || typeof value === 'function';
  }
  function deepFreeze(value: unknown): void {
    if (!isObject(value)) return;
    for (const key of p.ownKeys(value)) if (typeof key === 'string') deepFreeze(value[key]);
    p.freeze(value);
  }

  return function run(
    code: string,
    call: Call,
    settingsJson: string,
    ctxJson: string,
    shapeJson: string,
    directoryJson: string,
    batchBuffer: ArrayBuffer,
    extraBuffer: ArrayBuffer,
    arena: string | null,
  ): ArrayBuffer {
    p.freeze(globalThis);
    try {
      const settings: unknown = p.parse(settingsJson);
      const ctx: Record<string, unknown> & { seed: number } = p.parse(ctxJson);
      const shape: OutShape = p.parse(shapeJson);
      const directory: Directory = p.parse(directoryJson);
      deepFreeze(settings);
      deepFreeze(ctx.owner);
      random.seed(ctx.seed);
      const batch = views.batch(directory, batchBuffer, arena);
      let asked: object | undefined;
      let askedCount = 0;
      for (const entry of directory.extra) {
        const array = views.view(entry, extraBuffer);
        if (entry.name === 'state') ctx.state = array;
        else {
          asked = array;
          askedCount = entry.length;
        }
      }
      ctx.rows = p.freeze(rows);
      p.freeze(ctx);

      // Guest code from here on: anything it throws is dropped unread, since reading it would run its getters.
      const module: { exports: unknown } = { exports: {} };
      const guest: unknown = p.construct(p.FunctionConstructor, ['module', "'use strict';" + code]);
      if (typeof guest !== 'function') return packer.blank(2);
      p.apply(guest, undefined, [module]);
      const exports: unknown = module.exports;
      if (!isObject(exports)) return packer.blank(2);
      const init = exports.init;
      const method = exports[call];
      if (typeof method !== 'function') return packer.blank(2);
      if (typeof init === 'function') p.apply(init, exports, [settings, ctx]);
      const value: unknown = p.apply(method, exports, asked === undefined ? [batch, ctx] : [batch, ctx, asked]);
      return packer.pack(call, value, shape, askedCount) ?? packer.blank(2);
    } catch {
      return packer.blank(1);
    }
  };
}
