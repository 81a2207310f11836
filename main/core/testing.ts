import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('./cli.ts', import.meta.url));

/** A run of the real `locker` command. */
export interface Command extends AsyncDisposable {
  readonly child: ChildProcess;
  output(): string;
  errors(): string;
  /** Resolves with the first match in standard output; rejects where the command ends without it. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
}

/** As `npm start` and the desktop window start it. */
const CORE_FLAGS = ['--max-semi-space-size=4'];
const CORE_ENVIRONMENT = { MALLOC_ARENA_MAX: '2' };

/** Lockers of tests run beside each other, so none takes the fixed port for services. */
function withFreePorts(args: readonly string[]): readonly string[] {
  const says = args.some((arg) => /^--(?:service-port|no-services)/.test(arg));
  return args[0] === 'start' && !says ? ['start', '--service-port', '0', ...args.slice(1)] : args;
}

/** Starts the command; disposing of it kills it. */
export function locker(args: readonly string[], input: string | null = ''): Command {
  const child = spawn(process.execPath, [...CORE_FLAGS, CLI, ...withFreePorts(args)], {
    env: { ...process.env, ...CORE_ENVIRONMENT },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  const watchers = new Set<() => void>();
  const tell = (): void => watchers.forEach((watcher) => watcher());
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
    tell();
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
  child.stdin.on('error', () => {});
  if (input !== null) child.stdin.end(input);
  let over = false;
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', (code) => {
      over = true;
      tell();
      resolve(code);
    });
  });
  return {
    child,
    output: () => output,
    errors: () => errors,
    ended,
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(output);
          if (match === null && !over) return;
          watchers.delete(look);
          if (match === null) reject(new Error(`ended without ${pattern.source}: ${output}${errors}`));
          else resolve(match);
        };
        watchers.add(look);
        look();
      }),
    async [Symbol.asyncDispose]() {
      if (!over) child.kill('SIGKILL');
      await ended;
    },
  };
}

/** A folder that goes when it is disposed of. */
export async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'locker-core-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** The one line that `start` prints: address and launch token. */
export const OPEN_LINE = /^Data Locker is open at (http:\/\/127\.0\.0\.1:\d+)\/#launch=([\w-]{43})$/m;

/** Sends JSON to a locker and gives status and answer. */
export async function ask(
  url: string,
  init: { readonly method?: string; readonly token?: string; readonly body?: unknown } = {},
): Promise<{ readonly status: number; readonly answer: unknown }> {
  const response = await fetch(url, {
    method: init.method ?? 'GET',
    headers: {
      ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(init.token === undefined ? {} : { authorization: `Bearer ${init.token}` }),
    },
    ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
  });
  return { status: response.status, answer: await response.json() };
}
