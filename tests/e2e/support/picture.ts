import { browser } from '@wdio/globals';
import { join } from 'node:path';

/** Folder for pictures of what a person sees; none are made without it. */
const shots = process.env['LOCKER_SCREENSHOTS'];

/** The page as it is, in three widths, light and dark. */
export async function picture(name: string): Promise<void> {
  if (shots === undefined) return;
  const before = await browser.execute(() => ({ width: innerWidth, height: innerHeight }));
  for (const width of [360, 1024, 1440]) {
    await browser.setViewport({ width, height: 900 });
    for (const scheme of ['light', 'dark']) {
      await browser.execute((theme) => {
        document.documentElement.dataset['theme'] = theme;
      }, scheme);
      await browser.sendCommandAndGetResult('Emulation.setEmulatedMedia', {
        features: [{ name: 'prefers-color-scheme', value: scheme }],
      });
      await browser.saveScreenshot(join(shots, `${name}-${width}-${scheme}.png`));
    }
  }
  await browser.sendCommandAndGetResult('Emulation.setEmulatedMedia', { features: [] });
  await browser.setViewport(before);
}
