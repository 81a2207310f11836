import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';

const MB = 1024 * 1024;
const LOOK_EVERY_MS = 25;

/** Resident bytes of a process and all below it; undefined where the system doesn't tell. */
export type Resident = (pid: number) => Promise<number | undefined>;

export const systemResident: Resident = (pid) => {
  if (process.platform === 'linux') return Promise.resolve(linuxTree(pid));
  return process.platform === 'win32' ? Promise.resolve(undefined) : askPs(pid);
};

/**
 * Looks at a process until `stop` is called, and calls `over` once when it has grown by more than `budgetMb` beyond `before`
 * (bytes; undefined: what it holds now). The isolate's own limit is no bound, so this is.
 */
export function watchMemory(
  resident: Resident,
  pid: number,
  before: number | undefined,
  budgetMb: number,
  over: () => void,
): () => void {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  function lookLater(base: number): void {
    timer = setTimeout(() => void look(base), LOOK_EVERY_MS);
  }
  async function look(known: number | undefined): Promise<void> {
    const now = await resident(pid);
    if (stopped || now === undefined) return;
    const base = known ?? now;
    if (now - base > budgetMb * MB) {
      stopped = true;
      over();
    } else lookLater(base);
  }
  // Most runs are over before the first look.
  if (before === undefined) void look(undefined);
  else lookLater(before);

  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

/** A wall's own process stands above the one that works. */
function linuxTree(pid: number): number | undefined {
  try {
    const kilobytes = Number(/^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]);
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim();
    const below = children === '' ? [] : children.split(' ').map((child) => linuxTree(Number(child)) ?? 0);
    return below.reduce((sum, bytes) => sum + bytes, kilobytes * 1024);
  } catch {
    return undefined;
  }
}

function askPs(pid: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    execFile('/bin/ps', ['-o', 'rss=', '-g', String(pid)], (error, stdout) => {
      const kilobytes = stdout.split('\n').reduce((sum, line) => sum + (Number(line) || 0), 0);
      resolve(error === null && kilobytes > 0 ? kilobytes * 1024 : undefined);
    });
  });
}
