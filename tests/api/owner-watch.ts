import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { ROUTES } from '../../protocol/owner/routes.ts';
import type { DrivenLocker } from './driven-locker.ts';

/** What the owner felt, in milliseconds. */
export interface Felt {
  readonly settings: Spread;
  readonly feed: Spread;
}
export interface Spread {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
}

function spreadOf(took: readonly number[]): Spread {
  const sorted = [...took].sort((a, b) => a - b);
  const at = (p: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? NaN;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), most: sorted.at(-1) ?? NaN };
}

/** An owner who looks at settings and feed again and again; a stop tells how long they took. */
export function watchAsOwner(running: DrivenLocker): () => Promise<Felt> {
  const took = { settings: [] as number[], feed: [] as number[] };
  let isOver = false;
  async function look(): Promise<void> {
    for (let turn = 0; !isOver; turn++) {
      const began = performance.now();
      const isFeed = turn % 5 === 4;
      if (isFeed) await running.call(ROUTES.makeFeed, { body: { order: 'newest' } });
      else await running.call(ROUTES.getSettings);
      took[isFeed ? 'feed' : 'settings'].push(performance.now() - began);
      await delay(5);
    }
  }
  const looking = look();
  return async () => {
    isOver = true;
    await looking;
    return { settings: spreadOf(took.settings), feed: spreadOf(took.feed) };
  };
}

/** Megabytes of the core alone; NaN where the system does not tell. */
export function coreMemory(running: DrivenLocker): number {
  try {
    const status = readFileSync(`/proc/${running.command.child.pid ?? 0}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
  } catch {
    return NaN;
  }
}
