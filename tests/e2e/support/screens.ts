import { $, browser } from '@wdio/globals';
import type { ChainablePromiseElement } from 'webdriverio';

export type ScreenName = 'feed' | 'data' | 'algorithms' | 'services' | 'activity' | 'sources' | 'settings' | 'learning';

const TITLES: Readonly<Record<ScreenName, string>> = {
  feed: 'Feed',
  data: 'My data',
  algorithms: 'Algorithms',
  services: 'Services',
  activity: 'Activity',
  sources: 'Sources',
  settings: 'Settings',
  learning: 'What your feed learns',
};

export const PASSPHRASE = 'river lamp otter seventeen';

export async function goTo(screen: ScreenName): Promise<void> {
  await browser.execute((name) => {
    location.hash = `#/${name}`;
  }, screen);
  await $(`h1=${TITLES[screen]}`).waitForExist();
}

/** The control that a label speaks of. */
export function field(label: string): ChainablePromiseElement {
  return $(`//*[@id=//label[normalize-space()="${label}"]/@for]`);
}

/** A control by its accessible name. */
export function named(name: string): ChainablePromiseElement {
  return $(`[aria-label="${name}"]`);
}

/** Makes a locker through the first-run screens; ends at the sources. */
export async function makeLocker(link: string): Promise<string> {
  await browser.url(link);
  await field('Passphrase').setValue(PASSPHRASE);
  await field('Once more').setValue(PASSPHRASE);
  await $('button=Make the locker').click();
  await $('h1=Keep this recovery code').waitForExist();
  const code = await $('code').getText();
  await $('label=I have kept the code in a safe place').click();
  await $('button=Go on').click();
  await $('h1=Bring your data').waitForExist();
  return code;
}

/** Opens a locker by its launch link and waits for its feed. */
export async function openFeed(link: string): Promise<void> {
  await browser.url(link);
  await $('article').waitForExist();
}

/** Labels of the first posts on screen, in their order: who and at which place. */
export async function topPosts(): Promise<string[]> {
  return browser.execute(() =>
    [...document.querySelectorAll<HTMLElement>('[data-index]')]
      .sort((a, b) => Number(a.dataset['index']) - Number(b.dataset['index']))
      .map((row) => `${row.querySelector('h2')?.textContent ?? ''}: ${row.querySelector('.body')?.textContent ?? ''}`),
  );
}

export async function toastSays(text: string | RegExp): Promise<void> {
  await browser.waitUntil(
    async () => {
      const said = await $('.toasts').getText();
      return typeof text === 'string' ? said.includes(text) : text.test(said);
    },
    { timeoutMsg: `no message ${String(text)}` },
  );
}

/** Lines of the browser's console that tell of a broken rule of the page's own. */
export async function complaints(): Promise<string[]> {
  const logs = (await browser.getLogs('browser')) as { level: string; message: string }[];
  return logs.map((log) => log.message).filter((message) => /Content Security Policy|Uncaught|violates/i.test(message));
}
