import { join } from 'node:path';

/** What of the world decides where things are. */
export interface Place {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** `process.resourcesPath` of a packaged app; null when run from the sources. */
  readonly resources: string | null;
  /** The project's folder, when run from the sources. */
  readonly project: string;
}

/**
 * The Node binary and script that are the core: inside `resources/` of a packaged app, from the sources otherwise.
 *
 * @returns command and first argument
 */
export function coreCommand(place: Place): { command: string; script: string } {
  const binary = place.platform === 'win32' ? 'node.exe' : 'node';
  if (place.resources !== null) {
    return { command: join(place.resources, 'node', binary), script: join(place.resources, 'core', 'cli.js') };
  }
  const folder =
    place.platform === 'darwin'
      ? `node-bin-darwin-${place.arch}`
      : `node-${place.platform === 'win32' ? 'win' : 'linux'}-${place.arch}`;
  return {
    command: join(place.project, 'node_modules', folder, 'bin', binary),
    script: join(place.project, 'main', 'core', 'cli.ts'),
  };
}

/** The shortest limit of the systems for a socket's path is 104 bytes, its end included; some room is left. */
const SOCKET_PATH_MAX = 100;

/**
 * Name of the core's Unix socket or named pipe.
 *
 * @param folders where the socket may lie, best first; the first in which the name is short enough is taken
 * @param nonce keeps two users and two starts apart
 * @throws {Error} where it is too long in all of them
 */
export function socketPath(platform: NodeJS.Platform, folders: readonly string[], nonce: string): string {
  if (platform === 'win32') return `\\\\.\\pipe\\data-locker-${nonce}`;
  const paths = folders.map((folder) => join(folder, `data-locker-${nonce}.sock`));
  const path = paths.find((candidate) => Buffer.byteLength(candidate) <= SOCKET_PATH_MAX);
  if (path === undefined) throw new Error('no folder has room for the socket’s name');
  return path;
}

/** What the core finds its folders by. Everything else of the environment stays with the shell. */
const PASSED = ['HOME', 'USERPROFILE', 'APPDATA', 'XDG_DATA_HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot'];

/** The core's environment. */
export function coreEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  timeZone: string,
): Record<string, string> {
  const passed: Record<string, string> = { TZ: timeZone };
  for (const name of PASSED) {
    const value = env[name];
    if (value !== undefined) passed[name] = value;
  }
  return passed;
}
