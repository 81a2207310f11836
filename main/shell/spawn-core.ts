import { spawn } from 'node:child_process';
import type { Child, CorePowers } from './core-process.ts';

/** How the core is started. */
export interface CoreStart {
  readonly command: string;
  readonly script: string;
  readonly socket: string;
  readonly options: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The real process and the real clock. */
export function corePowers(start: CoreStart): CorePowers {
  return { spawn: () => spawnCore(start), setTimer };
}

/** Small young generations in each of its threads, and few heaps: build/steps/paths.mjs says the same, and why. */
const CORE_FLAGS = ['--max-semi-space-size=4'];
const CORE_ENVIRONMENT = { MALLOC_ARENA_MAX: '2' };

function spawnCore({ command, script, socket, options, env }: CoreStart): Child {
  const child = spawn(command, [...CORE_FLAGS, script, 'start', '--socket', socket, ...options], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...env, ...CORE_ENVIRONMENT },
    windowsHide: true,
  });
  child.stdout.setEncoding('utf8');
  // A core that is already gone makes this pipe fail; its exit is reported below.
  child.stdin.on('error', () => {});
  return {
    stdin: child.stdin,
    onOutput: (listener) => child.stdout.on('data', listener),
    onExit: (listener) => {
      child.on('error', () => listener(null));
      child.on('close', listener);
    },
    kill: () => child.kill('SIGKILL'),
  };
}

function setTimer(milliseconds: number, action: () => void): { cancel(): void } {
  const handle = setTimeout(action, milliseconds);
  return { cancel: () => clearTimeout(handle) };
}
