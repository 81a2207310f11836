import { capture } from './capture.ts';
import { lockDown } from './lockdown.ts';
import { makePack } from './pack.ts';
import { seededRandom } from './random.ts';
import { makeRows } from './rows.ts';
import { makeRun } from './run.ts';
import { makeViews } from './views.ts';

/** The prelude as text: one strict closure that leaves nothing behind and gives the run function, for the host alone. */
export const PRELUDE = `'use strict';
(() => {
  const p = (${capture.toString()})();
  const random = (${seededRandom.toString()})();
  const views = (${makeViews.toString()})(p);
  const rows = (${makeRows.toString()})(p);
  const packer = (${makePack.toString()})(p);
  const run = (${makeRun.toString()})(p, random, views, rows, packer);
  (${lockDown.toString()})(p, random.random);
  p.freeze(globalThis);
  return run;
})();`;
