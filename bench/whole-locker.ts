/** A real locker process for benchmarks that measure the program as its owner runs it. */
import { openAsBlob, readFileSync, readdirSync } from 'node:fs';
import { ask, locker, OPEN_LINE } from '../main/core/testing.ts';
import { ImportStarted, UploadBegun } from '../protocol/owner/sources.ts';
import { SessionGranted } from '../protocol/owner/session.ts';

const PASSPHRASE = 'seven quiet otters under a bridge';

export interface WholeLocker extends AsyncDisposable {
  /** Milliseconds from the command to the line with the address. */
  readonly startMs: number;
  /** Milliseconds from sending the passphrase to an open session. */
  readonly unlockMs: number;
  call(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Sends a file's bytes as the screens do. */
  upload(path: string, file: string): Promise<void>;
  /** Megabytes of the core and all its children: resident pages, and the same with shared pages counted once in all. */
  memory(): { resident: number; proportional: number };
  /** The same process by process: the core first. */
  processes(): { command: string; resident: number; proportional: number }[];
  signal(name: NodeJS.Signals): void;
}

function childrenOf(pid: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        return [{ pid: Number(name), parent: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) }];
      } catch {
        return [];
      }
    });
  const found = [pid];
  for (const at of found) found.push(...parents.filter(({ parent }) => parent === at).map((child) => child.pid));
  return found;
}

/** A figure of one process's memory map, in megabytes; 0 where the process is gone. */
function mapped(pid: number, name: 'Rss' | 'Pss'): number {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(rollup)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** A sample is opened by its link. */
async function openSample(url: string, launch: string): Promise<{ answer: unknown }> {
  return ask(`${url}/owner/session`, { method: 'POST', body: { launch } });
}

async function makeLocker(url: string, launch: string): Promise<{ answer: unknown }> {
  const first = await ask(`${url}/owner/session`, { method: 'POST', body: { launch } });
  const { token } = SessionGranted.parse(first.answer);
  return ask(`${url}/owner/locker`, { method: 'POST', token, body: { passphrase: PASSPHRASE } });
}

/**
 * Starts a locker on a folder and opens it; makes the locker where there is none.
 *
 * @throws {Error} where it does not open
 */
export async function openWholeLocker(folder: string, more: readonly string[] = []): Promise<WholeLocker> {
  const started = performance.now();
  const command = locker(['start', '--no-open', '--port', '0', '--data', folder, ...more], null);
  const line = await command.says(OPEN_LINE);
  const startMs = performance.now() - started;
  const [, url = '', launch = ''] = line;
  const status = await ask(`${url}/owner/status`);
  const isNew = JSON.stringify(status.answer).includes('"new"');
  const unlocking = performance.now();
  const opened = more.includes('--sample')
    ? await openSample(url, launch)
    : isNew
      ? await makeLocker(url, launch)
      : await ask(`${url}/owner/session`, { method: 'POST', body: { passphrase: PASSPHRASE } });
  const unlockMs = performance.now() - unlocking;
  const { token } = SessionGranted.loose().parse(opened.answer);
  return {
    startMs,
    unlockMs,
    async call(method, path, body) {
      const { status: code, answer } = await ask(`${url}${path}`, {
        method,
        token,
        ...(body === undefined ? {} : { body }),
      });
      if (code >= 400) throw new Error(`${method} ${path}: ${code} ${JSON.stringify(answer)}`);
      return answer;
    },
    async upload(path, file) {
      const { status: code } = await fetch(`${url}${path}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/octet-stream', authorization: `Bearer ${token}` },
        body: await openAsBlob(file),
      });
      if (code >= 400) throw new Error(`upload: ${code}`);
    },
    signal(name) {
      command.child.kill(name);
    },
    processes() {
      return childrenOf(command.child.pid ?? 0).map((pid) => ({
        command: commandOf(pid),
        resident: mapped(pid, 'Rss'),
        proportional: mapped(pid, 'Pss'),
      }));
    },
    memory() {
      const pids = childrenOf(command.child.pid ?? 0);
      const sum = (name: 'Rss' | 'Pss'): number => pids.reduce((total, pid) => total + mapped(pid, name), 0);
      return { resident: sum('Rss'), proportional: sum('Pss') };
    },
    async [Symbol.asyncDispose]() {
      command.child.kill('SIGTERM');
      await command.ended;
      await command[Symbol.asyncDispose]();
    },
  };
}

/** Uploads and imports a file and waits for its end; gives the seconds it took. */
export async function importFile(whole: WholeLocker, path: string): Promise<number> {
  const started = performance.now();
  const { upload } = UploadBegun.parse(await whole.call('POST', '/owner/uploads', {}));
  await whole.upload(`/owner/uploads/${upload}/file?path=posts.json`, path);
  const { id } = ImportStarted.parse(
    await whole.call('POST', `/owner/uploads/${upload}/import`, { name: 'posts.json' }),
  );
  for (;;) {
    const run = (await whole.call('GET', `/owner/imports/${id}`)) as { state: string; problem: string | null };
    if (run.state === 'done') return (performance.now() - started) / 1000;
    if (run.state !== 'running' && run.state !== 'waiting') throw new Error(`import ${run.state} ${run.problem}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Median and 95th and 99th percentile of some milliseconds. */
export function percentiles(took: readonly number[]): string {
  const sorted = [...took].sort((a, b) => a - b);
  const at = (p: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? NaN).toFixed(1);
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms`;
}
