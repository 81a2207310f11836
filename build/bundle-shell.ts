/** Bundles the desktop shell into `dist/shell`: the one script of its process and the tray icon. */
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OUT = join(ROOT, 'dist', 'shell');

/** @returns the folder with the bundled shell */
export async function bundleShell(): Promise<string> {
  await rm(OUT, { recursive: true, force: true });
  await mkdir(OUT, { recursive: true });
  const build = await rolldown({
    input: join(ROOT, 'main/shell/main.ts'),
    cwd: ROOT,
    platform: 'node',
    external: ['electron', '@napi-rs/keyring'],
    logLevel: 'warn',
  });
  try {
    await build.write({ file: join(OUT, 'main.js'), format: 'esm' });
  } finally {
    await build.close();
  }
  await copyFile(join(ROOT, 'main/shell/tray.png'), join(OUT, 'tray.png'));
  return OUT;
}

if (import.meta.main) await bundleShell();
