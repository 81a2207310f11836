import type { Tier } from '../../protocol/sandbox-run.ts';
import type { Program } from './program.ts';

/** Seconds of CPU after which the system ends a process, should core no longer be there to do it. */
export const CPU_SECONDS = 900;

/** Data segment of a process without JIT: the largest batch it may be given, twice, and room to work. */
export const DATA_MB = 3072;

/**
 * How code is compiled. A run lasts some milliseconds: the slow compiler would finish after it, and meanwhile take the core's
 * processor. One thread for the quick one is enough. The process's own young generation would grow to what nobody needs, the
 * isolates' would be smaller than is good for them.
 */
const ENGINE: Record<Tier, readonly string[]> = {
  fast: ['--no-opt', '--v8-pool-size=1', '--max-semi-space-size=2'],
  hardened: ['--jitless', '--max-semi-space-size=2'],
};

/**
 * Node's own walls: no file but these two, no socket, no process, no worker, no write, no code from strings. node:sqlite would
 * write past the permission model, and SIGUSR1 would open a debugger.
 */
export function nodeCommand(program: Program, tier: Tier): string[] {
  return [
    program.node,
    '--no-node-snapshot',
    '--no-warnings',
    '--no-experimental-sqlite',
    '--disable-sigusr1',
    '--disallow-code-generation-from-strings',
    '--permission',
    '--allow-addons',
    `--allow-fs-read=${program.entry}`,
    `--allow-fs-read=${program.addon}`,
    ...ENGINE[tier],
    program.entry,
    program.addon,
  ];
}

/**
 * The same behind a shell's limits: no core dump, no file written, few descriptors, CPU seconds; without JIT also memory, since
 * V8 reserves far more data segment than it uses when it has one.
 */
export function limited(command: readonly string[], tier: Tier): string[] {
  const limits = [
    '-c 0',
    '-f 0',
    '-n 64',
    `-t ${CPU_SECONDS}`,
    ...(tier === 'hardened' ? [`-d ${DATA_MB * 1024}`] : []),
  ];
  const script = `${limits.map((limit) => `ulimit ${limit} 2>/dev/null`).join('; ')}; exec "$0" "$@"`;
  return ['/bin/sh', '-c', script, ...command];
}
