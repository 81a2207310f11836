/**
 * `npm run package`: makes the desktop packages for this machine in `dist/packages`. Options go to electron-builder, for
 * instance `npm run package -- --dir` for the unpacked app alone.
 */
import { ensureBuilt } from './steps/built.mjs';
import { ensureInstalled } from './steps/install.mjs';
import { runtime } from './steps/paths.mjs';
import { run } from './steps/run.mjs';

await ensureInstalled();
await ensureBuilt();
const builder = ['node_modules/electron-builder/cli.js', '--publish', 'never', ...process.argv.slice(2)];
for (const command of [['build/stage-package.ts'], builder]) {
  const { code } = await run(runtime(), command);
  if (code !== 0) {
    process.exitCode = code;
    break;
  }
}
