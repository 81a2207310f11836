import { mkdir, realpath, stat, statfs } from 'node:fs/promises';
import { sep } from 'node:path';
import { LockerError } from '../../protocol/errors.ts';

/** File systems that other computers share, by the magic number statfs gives on Linux. */
const NETWORK_TYPES: ReadonlySet<number> = new Set([
  0x6969, // NFS
  0x517b, // SMB
  0xff534d42, // CIFS
  0xfe534d42, // SMB2
  0x01021997, // 9p
  0x5346414f, // AFS
  0x65735546, // FUSE: sshfs, cloud drives
  0xc36400, // Ceph
]);

/** Folders whose content a program copies to other computers while it changes. */
const SYNC_FOLDERS =
  /^(dropbox|onedrive.*|google ?drive|nextcloud|owncloud|icloud ?drive|mobile documents|cloudstorage|syncthing|mega|pcloud ?drive|box sync)$/i;

/** Makes the folder, for its owner only. Throws `bad_arguments` where there is something else in its place. */
export async function ensureDataFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new LockerError('bad_arguments', { detail: 'the data folder cannot be made', cause: error });
  }
  if (!(await stat(folder)).isDirectory())
    throw new LockerError('bad_arguments', { detail: 'the data folder is a file' });
}

async function isNetwork(folder: string, platform: NodeJS.Platform): Promise<boolean> {
  if (platform === 'win32') return folder.startsWith('\\\\');
  if (platform !== 'linux') return false;
  return NETWORK_TYPES.has((await statfs(folder)).type >>> 0);
}

async function isSynced(folder: string): Promise<boolean> {
  if (folder.split(sep).some((part) => SYNC_FOLDERS.test(part))) return true;
  for (let at = folder; at.lastIndexOf(sep) > 0; at = at.slice(0, at.lastIndexOf(sep))) {
    const marker = await stat(`${at}${sep}.stfolder`).catch(() => null);
    if (marker !== null) return true;
  }
  return false;
}

/** What speaks against keeping a locker in this folder, in sentences for Settings. */
export async function folderWarnings(folder: string, platform: NodeJS.Platform): Promise<string[]> {
  const warnings: string[] = [];
  const real = await realpath(folder);
  if (await isNetwork(real, platform)) {
    warnings.push('The locker is in a network folder. A lost connection can damage it; a local folder is safer.');
  }
  if (await isSynced(real)) {
    warnings.push(
      'The locker is in a folder that is synchronised to other computers. Copies made while it is open can be damaged or old; please move it.',
    );
  }
  if (platform !== 'win32' && ((await stat(real)).mode & 0o077) !== 0) {
    warnings.push('Other users of this computer can list the locker’s folder. Its content is encrypted all the same.');
  }
  return warnings;
}
