import { chmod, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ensureDataFolder, folderWarnings } from './data-folder.ts';
import { temporaryFolder } from './testing.ts';

describe('the data folder', () => {
  it('is made for its owner only, and nothing speaks against it', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'a', 'b');
    await ensureDataFolder(path);
    await ensureDataFolder(path);
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    expect(await folderWarnings(path, 'linux')).toEqual([]);
  });

  it.each(['Dropbox', 'OneDrive - Acme', 'Nextcloud', 'Mobile Documents', 'Google Drive'])(
    'is warned of inside %s',
    async (name) => {
      await using folder = await temporaryFolder();
      const path = join(folder.path, name, 'locker');
      await mkdir(path, { recursive: true, mode: 0o700 });
      expect(await folderWarnings(path, 'linux')).toEqual([expect.stringContaining('synchronised')]);
    },
  );

  it('is warned of below a Syncthing folder and where others can look in', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'locker');
    await mkdir(join(folder.path, '.stfolder'));
    await mkdir(path, { mode: 0o700 });
    expect(await folderWarnings(path, 'linux')).toEqual([expect.stringContaining('synchronised')]);
    await chmod(path, 0o755);
    expect(await folderWarnings(path, 'linux')).toHaveLength(2);
  });
});
