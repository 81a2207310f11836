import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A locker of its own process, on a free port, in a folder that goes with it. */
export interface RunningLocker {
  /** Address with the one-time launch link. */
  readonly link: string;
  /** Address without it. */
  readonly origin: string;
  /** Of the sample; empty otherwise. */
  readonly passphrase: string;
  readonly data: string;
  /** Runs a command of the command line beside it, on its data. */
  command(...args: readonly string[]): Promise<void>;
  /** Ctrl-C; answers its exit code. */
  stop(): Promise<number | null>;
}

async function start(
  data: string,
  args: readonly string[],
): Promise<{ child: ChildProcess; link: string; passphrase: string }> {
  const child = spawn(
    process.execPath,
    ['main/core/cli.ts', 'start', '--no-open', '--port', '0', '--service-port', '0', '--data', data, ...args],
    {
      cwd: root,
      env: { PATH: process.env['PATH'] ?? '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const errors: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
  let link = '';
  let passphrase = '';
  for await (const line of createInterface({ input: child.stdout })) {
    link = /Data Locker is open at (\S+)/.exec(line)?.[1] ?? link;
    passphrase = /passphrase: (\S.*)$/.exec(line)?.[1] ?? passphrase;
    if (link !== '' && (passphrase !== '' || !args.includes('--sample'))) return { child, link, passphrase };
  }
  throw new Error(`the locker did not start: ${errors.join('')}`);
}

/** Starts a locker; `--sample` opens the made-up town. */
export async function startLocker(args: readonly string[] = []): Promise<RunningLocker> {
  const data = mkdtempSync(join(tmpdir(), 'locker-e2e-'));
  const { child, link, passphrase } = await start(data, args);
  return {
    link,
    origin: new URL(link).origin,
    passphrase,
    data,
    async command(...args) {
      const beside = spawn(process.execPath, ['main/core/cli.ts', ...args, '--data', data], {
        cwd: root,
        stdio: 'ignore',
      });
      const [code] = (await once(beside, 'exit')) as [number | null];
      if (code !== 0) throw new Error(`${args.join(' ')} ended with ${String(code)}`);
    },
    async stop() {
      const gone = once(child, 'exit');
      if (child.exitCode === null) child.kill('SIGINT');
      const [code] = (await gone) as [number | null];
      rmSync(data, { recursive: true, force: true });
      return code;
    },
  };
}
