/** What a package is made for. */
export interface Target {
  readonly platform: 'linux' | 'darwin' | 'win32';
  readonly arch: 'x64' | 'arm64';
  /** Version of Node's binary interface, in which isolated-vm's prebuilt addons are named. */
  readonly abi: string;
}

/**
 * This machine.
 *
 * @throws {Error} where no addons are prebuilt for it
 */
export function thisMachine(): Target {
  const { platform, arch } = process;
  if (platform !== 'linux' && platform !== 'darwin' && platform !== 'win32')
    throw new Error(`no package for ${platform}`);
  if (arch !== 'x64' && arch !== 'arm64') throw new Error(`no package for ${arch}`);
  return { platform, arch, abi: process.versions.modules };
}
