import { spawn } from 'node:child_process';

/** The system's way to open an address. */
function opener(platform: NodeJS.Platform): { command: string; args: readonly string[] } {
  if (platform === 'darwin') return { command: 'open', args: [] };
  if (platform === 'win32') return { command: 'rundll32', args: ['url.dll,FileProtocolHandler'] };
  return { command: 'xdg-open', args: [] };
}

/** Opens the address in the browser. Where that does not work the printed line is there to click. */
export function openBrowser(address: string, platform: NodeJS.Platform): void {
  const { command, args } = opener(platform);
  const child = spawn(command, [...args, address], { detached: true, stdio: 'ignore' });
  child.on('error', () => {});
  child.unref();
}
