/**
 * The window's preload script. It gives the page one fact and no power: that it runs inside the desktop app, so that
 * screens can word things accordingly. Everything else goes over `fetch('/owner/…')`, the same as in a browser.
 */
import { contextBridge } from 'electron';

contextBridge.exposeInMainWorld('lockerDesktop', Object.freeze({ desktop: true }));
