import { capture } from './capture.ts';
import { lockDown } from './lockdown.ts';
import { makePack } from './pack.ts';
import { seededRandom } from './random.ts';
import { makeRows } from './rows.ts';
import { makeRun } from './run.ts';
import { makeViews } from './views.ts';

/** The global name under which a prepared cell keeps its run function until the run takes it away. */
export const RUN_NAME = 'lockerRun';

/** The prelude as text: one strict closure that leaves nothing behind but RUN_NAME. */
export const PRELUDE = `'use strict';
(() => {
  const p = (${capture.toString()})();
  const random = (${seededRandom.toString()})();
  const views = (${makeViews.toString()})(p);
  const rows = (${makeRows.toString()})(p);
  const packer = (${makePack.toString()})(p);
  const run = (${makeRun.toString()})(p, random, views, rows, packer);
  (${lockDown.toString()})(p, random.random);
  p.defineProperty(globalThis, '${RUN_NAME}', { value: run, configurable: true });
})();
undefined;`;

/** Takes the run function off the global object and calls it: nothing of it can be reached by what runs later. */
export const TAKE_AND_RUN = `'use strict';
const run = globalThis.${RUN_NAME};
delete globalThis.${RUN_NAME};
return run($0, $1, $2, $3, $4, $5, $6, $7, $8);`;
