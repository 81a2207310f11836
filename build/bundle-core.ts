/**
 * Bundles the core and its worker threads for a packaged app: JavaScript into `core/` and the database driver's addon into
 * `native/`, both below the given folder. What runs from there reads no package folder.
 */
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Plugin, rolldown } from 'rolldown';
import { z } from 'zod';
import { licencesOf } from './licences.ts';
import type { Target } from './target.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DRIVER = 'better-sqlite3-multiple-ciphers';

/**
 * A thread's entry is named in the sources by `new URL('./x-worker.ts', import.meta.url)`: each such file becomes an entry of
 * the bundle, and the address points at it there.
 */
function workerEntries(): Plugin {
  const address = /new URL\('\.\/([a-z-]+-worker)\.ts', import\.meta\.url\)/g;
  return {
    name: 'worker-entries',
    transform(code, id) {
      if (!code.includes('import.meta.url')) return null;
      return code.replaceAll(address, (_whole, name: string) => {
        this.emitFile({ type: 'chunk', id: join(dirname(id), `${name}.ts`), fileName: `${name}.js` });
        return `new URL('./${name}.js', import.meta.url)`;
      });
    },
  };
}

/** The driver picks its addon by looking around in its package; here it is one file in `native/`. */
function databaseDriver({ platform, arch }: Target): Plugin {
  const inside = join(ROOT, 'node_modules', DRIVER);
  return {
    name: 'database-driver',
    resolveId(source) {
      if (source === DRIVER) return join(inside, 'lib', `${platform}-${arch}.js`);
      return source.endsWith('.node') ? { id: '../native/sqlite.node', external: 'relative' } : null;
    },
  };
}

async function copyNative(folder: string, { platform, arch, abi }: Target): Promise<void> {
  await mkdir(folder, { recursive: true });
  const modules = join(ROOT, 'node_modules');
  const engine = `isolated-vm.abi${abi}${platform === 'linux' ? '.glibc' : ''}.node`;
  await copyFile(join(modules, DRIVER, 'prebuilds', `${platform}-${arch}.node`), join(folder, 'sqlite.node'));
  await copyFile(
    join(modules, 'isolated-vm', 'prebuilds', `${platform}-${arch}`, engine),
    join(folder, 'isolated-vm.node'),
  );
}

/** Name, version and kind of module: Node asks the nearest `package.json` for the last, the program for the version. */
async function writePackage(folder: string): Promise<void> {
  const { name, version } = z
    .object({ name: z.string(), version: z.string() })
    .parse(JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')));
  await writeFile(join(folder, 'package.json'), `${JSON.stringify({ name, version, type: 'module' })}\n`);
}

/**
 * @param resources folder to fill
 * @throws {Error} where a thread's entry was missed
 */
export async function bundleCore(resources: string, target: Target): Promise<void> {
  const core = join(resources, 'core');
  await rm(core, { recursive: true, force: true });
  const build = await rolldown({
    input: { cli: join(ROOT, 'main/core/cli.ts') },
    cwd: ROOT,
    platform: 'node',
    // Packing algorithms is for the sources: without it those commands say so.
    external: ['rolldown'],
    plugins: [workerEntries(), databaseDriver(target)],
    logLevel: 'warn',
  });
  try {
    const { output } = await build.write({
      dir: core,
      format: 'esm',
      entryFileNames: '[name].js',
      // all beside each other: programs and threads find files from where their chunk lies
      chunkFileNames: '[name]-[hash].js',
    });
    for (const chunk of output) {
      if (basename(chunk.fileName) !== chunk.fileName) throw new Error(`not beside the others: ${chunk.fileName}`);
      if (chunk.type === 'chunk' && /new URL\((["'`])[^"'`]*\.ts\1/.test(chunk.code)) {
        throw new Error(`${chunk.fileName} names a source file`);
      }
    }
    const modules = output.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []));
    // isolated-vm is no module of the bundle: only its addon is taken
    modules.push(join(ROOT, 'node_modules', 'isolated-vm', 'isolated-vm.js'));
    await writeFile(join(core, 'LICENSES.txt'), await licencesOf(modules));
  } finally {
    await build.close();
  }
  await writePackage(core);
  await copyNative(join(resources, 'native'), target);
}
