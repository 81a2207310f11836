/**
 * The desktop shell: a thin Electron process around the core. It starts the core as a plain Node process, shows its
 * screens in a locked-down window over a custom protocol, holds the tray icon and talks to the operating system's
 * keychain. It never sees a record: what passes between window and core passes through as bytes.
 *
 * The window has no preload script and no IPC, so there is no sender to check: its page reaches the core by `fetch` alone,
 * as in a browser.
 *
 * Only `main.ts`, `window.ts` and `tray.ts` import electron; what they decide lives in the files exported here, takes its
 * powers as arguments and is tested without Electron.
 */
export { type Child, type CorePowers, type CoreProcess, startCore } from './core-process.ts';
export { type Ending, changedEnding, endingOf } from './endings.ts';
export { createForwarder } from './forward.ts';
export { RESOURCE_HASHES_FILE, ResourceHashes, changedResources, hashFile } from './integrity.ts';
export { readKeychain, writeKeychain } from './keychain.ts';
export { coreCommand, coreEnvironment, socketPath } from './places.ts';
export { corePowers } from './spawn-core.ts';
export { whichLocker } from './which-locker.ts';
export { PERMISSIONS, externalLinkAllowed, mayNavigate, permissionAllowed } from './window-policy.ts';
