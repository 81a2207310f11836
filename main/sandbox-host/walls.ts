import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import type { System } from '../../protocol/owner/settings.ts';
import type { Program } from './program.ts';

/** A wall of the operating system, put around the command that starts a sandbox. */
export interface Wall {
  readonly name: System['sandbox']['wall'];
  wrap(command: readonly string[]): string[];
}

export const noWall: Wall = { name: 'none', wrap: (command) => [...command] };

/** The walls to try on this system, best first; whether one works shows when a sandbox comes up behind it. */
export async function wallsToTry(program: Program): Promise<Wall[]> {
  if (process.platform === 'linux') {
    return [...(await bubblewraps(program)), ...unshares(), noWall];
  }
  return process.platform === 'darwin' ? [...seatbelts(program), noWall] : [noWall];
}

function findProgram(name: string): string | undefined {
  return ['/usr/bin', '/bin', '/usr/local/bin', '/run/current-system/sw/bin']
    .map((at) => `${at}/${name}`)
    .find(existsSync);
}

/**
 * A root that holds the three files and the shared libraries they load, read-only, and nothing else; no network, no other
 * process in sight, no capability, gone with core. The second form is for versions before 0.8.
 */
async function bubblewraps(program: Program): Promise<Wall[]> {
  const bwrap = findProgram('bwrap');
  if (bwrap === undefined) return [];
  const files = [program.node, program.entry, program.addon];
  const binds = [...files, ...(await sharedLibraries(program))].flatMap((path) => ['--ro-bind', path, path]);
  const base = ['--unshare-all', '--die-with-parent', '--as-pid-1', '--cap-drop', 'ALL', '--clearenv', ...binds];
  const room = ['--dir', '/empty', '--remount-ro', '/', '--chdir', '/empty'];
  return [['--unshare-user', '--disable-userns'], []].map((more) => ({
    name: 'bubblewrap',
    wrap: (command) => [bwrap, ...base, ...more, ...room, ...command],
  }));
}

/** Own user, network, process, IPC and host-name namespaces. The files of the system stay in sight of the kernel's rules only. */
function unshares(): Wall[] {
  const unshare = findProgram('unshare');
  if (unshare === undefined) return [];
  const args = ['--user', '--net', '--ipc', '--uts', '--pid', '--fork', '--kill-child=SIGKILL'];
  return [{ name: 'unshare', wrap: (command) => [unshare, ...args, ...command] }];
}

function seatbelts(program: Program): Wall[] {
  const tool = '/usr/bin/sandbox-exec';
  if (!existsSync(tool)) return [];
  const node = JSON.stringify(program.node);
  const profile =
    '(version 1)(allow default)(deny network*)(deny file-write*)(deny process-fork)' +
    `(deny process-exec*)(allow process-exec (literal ${node}))`;
  return [{ name: 'seatbelt', wrap: (command) => [tool, '-p', profile, ...command] }];
}

/** What the dynamic loader would load for Node and the addon; whole library folders where it can't be asked. */
async function sharedLibraries(program: Program): Promise<string[]> {
  const paths = new Set<string>();
  for (const file of [program.node, program.addon]) {
    try {
      const { stdout } = await promisify(execFile)('ldd', [file], { env: { PATH: '/usr/bin:/bin' } });
      for (const path of stdout.match(/\/\S+/g) ?? []) if (existsSync(path)) paths.add(path);
    } catch {
      return ['/lib', '/lib64', '/usr/lib', '/usr/lib64'].filter((folder) => existsSync(folder));
    }
  }
  return [...paths];
}
