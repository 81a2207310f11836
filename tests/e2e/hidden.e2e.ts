import { $, $$, browser } from '@wdio/globals';
import assert from 'node:assert/strict';
import { violations } from './support/axe.ts';
import { startLocker, type RunningLocker } from './support/locker.ts';
import { field, goTo, named, openFeed, toastSays } from './support/screens.ts';

describe('what is hidden', () => {
  let locker: RunningLocker;

  before(async () => {
    locker = await startLocker(['--sample']);
    await browser.setViewport({ width: 1440, height: 900, devicePixelRatio: 1 });
    await openFeed(locker.link);
  });
  after(async () => {
    assert.equal(await locker.stop(), 0);
  });

  const hiddenCount = async (): Promise<number> =>
    Number(/[\d,]+/.exec(await $('.bar .quiet').getText())?.[0].replace(',', '') ?? NaN);

  it('a muted word hides posts, each with its reason', async () => {
    await goTo('algorithms');
    await $('nav[aria-label="Part of this page"]').$('a=Muted words').click();
    await field('Word, phrase or #tag').setValue('hedgehog');
    await $('button=Add').click();
    await toastSays('“hedgehog” is muted.');
    assert.deepEqual(await violations(), []);
    await goTo('feed');
    await browser.waitUntil(async () => (await hiddenCount()) > 0);
    await $('.bar .quiet').click();
    await $('dialog .causes').waitForExist();
    assert.match(await $('dialog .hidden li').getText(), /hedgehog/);
    assert.match(await $('dialog .causes').getText(), /Muted words/);
    assert.deepEqual(await violations(), []);
  });

  it('“this was wrong” becomes an exception and brings the post back', async () => {
    const before = await hiddenCount();
    await $('dialog').$('button=This was wrong').click();
    await $('dialog').$('button=This post').click();
    await $('p=Comes back with the next feed').waitForExist();
    await browser.keys('Escape');
    await browser.waitUntil(async () => (await hiddenCount()) === before - 1);
    await goTo('algorithms');
    await $('nav[aria-label="Part of this page"]').$('a=Exceptions').click();
    await $('.exceptions li').waitForExist();
    assert.match(await $('.exceptions li').getText(), /One post by/);
    assert.deepEqual(await violations(), []);
    await $('.exceptions li button').click();
    await $('p=No exceptions.').waitForExist();
    await goTo('feed');
    await browser.waitUntil(async () => (await hiddenCount()) === before);
  });

  it('removing the word brings all back, and that can be undone', async () => {
    await goTo('algorithms');
    await $('nav[aria-label="Part of this page"]').$('a=Muted words').click();
    await named('Remove “hedgehog”').click();
    await $('p=No muted words.').waitForExist();
    await toastSays('not muted any more');
    const undo = await $$('.toasts .undo').getElements();
    await undo.at(-1)!.click();
    await named('Remove “hedgehog”').waitForExist();
  });
});
