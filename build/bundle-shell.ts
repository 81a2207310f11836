/** Bundles the desktop shell into `dist/shell`: the main process, its preload script and the tray icon. */
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OUT = join(ROOT, 'dist', 'shell');

/** The shell's two scripts. A sandboxed preload script must be CommonJS. */
const SCRIPTS = [
  { input: 'main/shell/main.ts', file: 'main.js', format: 'esm' },
  { input: 'main/shell/preload.ts', file: 'preload.cjs', format: 'cjs' },
] as const;

/** @returns the folder with the bundled shell */
export async function bundleShell(): Promise<string> {
  await mkdir(OUT, { recursive: true });
  for (const { input, file, format } of SCRIPTS) {
    const build = await rolldown({
      input: join(ROOT, input),
      cwd: ROOT,
      platform: 'node',
      external: ['electron', '@napi-rs/keyring'],
      logLevel: 'warn',
    });
    try {
      await build.write({ file: join(OUT, file), format });
    } finally {
      await build.close();
    }
  }
  await copyFile(join(ROOT, 'main/shell/tray.png'), join(OUT, 'tray.png'));
  return OUT;
}

if (import.meta.main) await bundleShell();
