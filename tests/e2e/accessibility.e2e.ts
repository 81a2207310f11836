import { $, browser } from '@wdio/globals';
import assert from 'node:assert/strict';
import { violations } from './support/axe.ts';
import { startLocker, type RunningLocker } from './support/locker.ts';
import { type ScreenName, complaints, goTo, named, openFeed } from './support/screens.ts';

const WIDTHS = [360, 1024, 1440] as const;
const THEMES = ['Light', 'Dark'] as const;
const SCREENS: readonly ScreenName[] = [
  'feed',
  'data',
  'algorithms',
  'learning',
  'services',
  'activity',
  'sources',
  'settings',
];

describe('every screen, narrow and wide, light and dark', () => {
  let locker: RunningLocker;

  before(async () => {
    locker = await startLocker(['--sample']);
    await openFeed(locker.link);
  });
  after(async () => {
    assert.equal(await locker.stop(), 0);
  });

  for (const theme of THEMES) {
    for (const width of WIDTHS) {
      it(`${theme}, ${width} px: nothing for axe to find, nothing wider than the window`, async () => {
        await browser.setViewport({ width: 1440, height: 900, devicePixelRatio: 1 });
        await goTo('settings');
        await $(`label=${theme}`).click();
        await browser.waitUntil(async () =>
          browser.execute((name) => document.documentElement.dataset['theme'] === name, theme.toLowerCase()),
        );
        await browser.setViewport({ width, height: 900, devicePixelRatio: 1 });
        for (const screen of SCREENS) {
          await goTo(screen);
          if (screen === 'feed') await $('article').waitForExist();
          if (screen === 'data') await $('.record').waitForExist();
          if (screen === 'algorithms') await $('.cards article').waitForExist();
          if (screen === 'learning') await $('.pair article').waitForExist();
          if (screen === 'services') await $('h2=Add a service').waitForExist();
          if (screen === 'activity') await $('h2=Proof').waitForExist();
          if (screen === 'settings') await $('h2=Sandbox').waitForExist();
          assert.deepEqual(await violations(), [], `${screen} at ${width} px`);
          const over = await browser.execute(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          );
          assert.ok(over <= 0, `${screen} is ${over} px too wide at ${width} px`);
        }
      });
    }
  }

  it('the mixer on a narrow screen', async () => {
    await browser.setViewport({ width: 360, height: 780, devicePixelRatio: 1 });
    await goTo('feed');
    await $('article').waitForExist();
    await named('Mixer').click();
    await $('aside.sheet').waitForExist();
    assert.deepEqual(await violations(), []);
    await browser.keys('Escape');
    await $('aside.sheet').waitForExist({ reverse: true });
  });

  it('landmarks, one main heading and a way past the navigation', async () => {
    await browser.setViewport({ width: 1440, height: 900, devicePixelRatio: 1 });
    for (const screen of SCREENS) {
      await goTo(screen);
      assert.equal(await browser.execute(() => document.querySelectorAll('h1').length), 1, screen);
      assert.equal(await browser.execute(() => document.querySelectorAll('main').length), 1, screen);
    }
    await goTo('algorithms');
    await browser.refresh();
    await $('.cards article').waitForExist();
    await browser.keys('Tab');
    assert.equal(await browser.execute(() => document.activeElement?.className.includes('skip')), true);
    await browser.keys('Enter');
    assert.equal(await browser.execute(() => document.activeElement?.id), 'main');
  });

  it('breaks no rule of its own page', async () => {
    assert.deepEqual(await complaints(), []);
  });
});
