import { BrowserWindow, Notification } from 'electron';

/** Kept until it is gone: a notification that is collected no longer answers its click. */
const shown = new Set<Notification>();

/** Tells that a service asks for access, where the owner is not looking at the locker anyway. */
export function sayAsked(who: string, onclick: () => void): void {
  if (!Notification.isSupported() || BrowserWindow.getFocusedWindow() !== null) return;
  const notification = new Notification({ title: 'Data Locker', body: `${who} asks for access` });
  notification.on('click', () => {
    shown.delete(notification);
    onclick();
  });
  notification.on('close', () => shown.delete(notification));
  shown.add(notification);
  notification.show();
}
