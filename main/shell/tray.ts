import { fileURLToPath } from 'node:url';
import { Menu, Tray, nativeImage } from 'electron';

export interface TrayActions {
  show(): void;
  lock(): void;
  quit(): void;
}

/** Kept for the life of the process: a tray icon that is collected disappears. */
let tray: Tray | null = null;

/** Puts the locker into the system's tray, where it stays while its window is closed. */
export function createTray(actions: TrayActions): void {
  tray = new Tray(nativeImage.createFromPath(fileURLToPath(new URL('./tray.png', import.meta.url))));
  tray.setToolTip('Data Locker');
  tray.setContextMenu(
    Menu.buildFromTemplate([
      { label: 'Open Data Locker', click: () => actions.show() },
      { label: 'Lock now', click: () => actions.lock() },
      { type: 'separator' },
      { label: 'Quit', click: () => actions.quit() },
    ]),
  );
  tray.on('click', () => actions.show());
}
