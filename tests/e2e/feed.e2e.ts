import { $, browser } from '@wdio/globals';
import assert from 'node:assert/strict';
import { violations } from './support/axe.ts';
import { startLocker, type RunningLocker } from './support/locker.ts';
import { complaints, named, openFeed, toastSays, topPosts } from './support/screens.ts';

describe('the feed', () => {
  let locker: RunningLocker;

  before(async () => {
    locker = await startLocker(['--sample']);
    await openFeed(locker.link);
  });
  after(async () => {
    assert.equal(await locker.stop(), 0);
  });

  const focused = () => browser.execute(() => document.activeElement?.getAttribute('aria-posinset') ?? null);

  it('opens from the launch link with ranked posts', async () => {
    assert.ok((await topPosts()).length >= 5);
    assert.equal(await $('article').getAttribute('aria-setsize'), '5000');
  });

  it('says why a post is here', async () => {
    await $('.because').click();
    await $('.why .sentence').waitForExist();
    assert.match(await $('.why').getText(), /Place 1 of 5,000/);
    assert.deepEqual(await violations(), []);
    await $('.because').click();
    await $('.why').waitForExist({ reverse: true });
  });

  it('is driven by keys', async () => {
    for (let n = 0; n < 3; n++) await browser.keys('j');
    // The focus was in the first post.
    await browser.waitUntil(async () => (await focused()) === '4');
    await browser.keys('k');
    await browser.waitUntil(async () => (await focused()) === '3');
    await browser.keys('l');
    await toastSays(/Liked .* Kept in your locker/);
    assert.equal(
      await browser.execute(() =>
        document.activeElement?.querySelector('[aria-label=Like]')?.getAttribute('aria-pressed'),
      ),
      'true',
    );
    await browser.keys('z');
    await toastSays('Taken back');
    await browser.keys('h');
    await browser.waitUntil(async () =>
      (await browser.execute(() => document.activeElement?.textContent ?? '')).includes('You hid this post'),
    );
    await browser.keys('z');
    await browser.waitUntil(
      async () =>
        !(await browser.execute(() => document.activeElement?.textContent ?? '')).includes('You hid this post'),
    );
    await browser.keys('?');
    await $('h2=Keys').waitForExist();
    assert.deepEqual(await violations(), []);
    await browser.keys('Escape');
    await $('dialog').waitForExist({ reverse: true });
  });

  it('mutes from the menu and takes it back', async () => {
    await $('article').$('[aria-label=More]').click();
    await $('[role=menu]').waitForExist();
    assert.deepEqual(await violations(), []);
    await $('[role=menuitem]').click();
    await toastSays('Muted');
    await $('p*=You muted').waitForExist();
    await $('.away').$('button=Undo').click();
    await $('p*=You muted').waitForExist({ reverse: true });
  });

  it('an act changes the next feed', async () => {
    const first = (await topPosts())[0];
    await $('article').$('[aria-label="Hide this post"]').click();
    await toastSays('Hidden');
    await browser.keys('n');
    await browser.waitUntil(async () => (await topPosts())[0] !== first && (await $('.away').isExisting()) === false);
    await named('1 hidden post: see why').click();
    await $('dialog').$('button=Show this post again').click();
    await $('p=Comes back with the next feed').waitForExist();
    await browser.keys('Escape');
    await browser.waitUntil(async () => (await $('.bar .quiet').getText()) === '0 hidden');
  });

  it('switches to newest first and back', async () => {
    const mixed = await topPosts();
    await $('label*=Newest first').click();
    await browser.waitUntil(async () => (await topPosts()).join() !== mixed.join());
    const times = await browser.execute(() =>
      [...document.querySelectorAll<HTMLElement>('[data-index]')]
        .sort((a, b) => Number(a.dataset['index']) - Number(b.dataset['index']))
        .map((row) => Date.parse(row.querySelector('time')?.dateTime ?? '')),
    );
    assert.deepEqual(
      times,
      times.toSorted((a, b) => b - a),
    );
    const newest = await topPosts();
    await $('label*=My mix').click();
    // Not compared with the order before: what was on screen meanwhile counts as seen, and ranks accordingly.
    await browser.waitUntil(async () => (await topPosts()).join() !== newest.join());
  });

  it('comes back to the same post after a reload', async () => {
    const firstShown = () =>
      browser.execute(() => {
        const bar = document.querySelector('.bar')?.getBoundingClientRect().bottom ?? 0;
        const shown = [...document.querySelectorAll<HTMLElement>('[data-index]')].filter(
          (row) => row.getBoundingClientRect().bottom > bar + 1,
        );
        return Math.min(...shown.map((row) => Number(row.dataset['index'])));
      });
    for (let n = 0; n < 12; n++) {
      await browser.execute(() => window.scrollBy(0, 700));
      await browser.pause(60);
    }
    await browser.waitUntil(async () => (await firstShown()) > 20);
    const row = await firstShown();
    await browser.waitUntil(async () =>
      browser.execute((shown) => JSON.parse(sessionStorage.getItem('locker.reading') ?? '{}').row === shown, row),
    );
    await browser.refresh();
    await $('article').waitForExist();
    await browser.waitUntil(async () => (await firstShown()) === row, { timeoutMsg: `not at row ${row} again` });
  });

  it('ends with what is left', async () => {
    await browser.waitUntil(async () => {
      await browser.execute(() => window.scrollTo(0, document.documentElement.scrollHeight));
      return $('h2=Nothing more worth reading').isDisplayed();
    });
    assert.match(await $('.end').getText(), /all 5,000 posts/);
  });

  it('asks before it loads a picture', async () => {
    const asked = await browser.execute(
      () =>
        performance.getEntriesByType('resource').filter((entry) => new URL(entry.name).origin !== location.origin)
          .length,
    );
    assert.equal(asked, 0);
  });

  it('breaks no rule of its own page', async () => {
    assert.deepEqual(await complaints(), []);
  });
});
