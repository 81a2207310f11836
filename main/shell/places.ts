import { join } from 'node:path';

/** What of the world decides where things are. */
export interface Place {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** `process.resourcesPath` of a packaged app; null when run from the sources. */
  readonly resources: string | null;
  /** The project's folder, when run from the sources. */
  readonly project: string;
  /** The user's private run-time or temporary folder. */
  readonly runtimeFolder: string;
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

/** Name of the core's Unix socket or named pipe; `nonce` keeps two users and two starts apart. */
export function socketPath(place: Pick<Place, 'platform' | 'runtimeFolder'>, nonce: string): string {
  return place.platform === 'win32'
    ? `\\\\.\\pipe\\data-locker-${nonce}`
    : join(place.runtimeFolder, `data-locker-${nonce}.sock`);
}
