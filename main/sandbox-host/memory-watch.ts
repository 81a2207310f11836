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
 * Looks at a process until `stop` is called, and calls `over` once when it has grown by more than `budgetMb` since now. The
 * isolate's own limit is no bound, so this is.
 */
export function watchMemory(resident: Resident, pid: number, budgetMb: number, over: () => void): () => void {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  async function look(before: number | undefined): Promise<void> {
    const now = await resident(pid);
    if (stopped || now === undefined) return;
    const base = before ?? now;
    if (now - base > budgetMb * MB) {
      stopped = true;
      over();
      return;
    }
    timer = setTimeout(() => void look(base), LOOK_EVERY_MS);
  }
  void look(undefined);

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
