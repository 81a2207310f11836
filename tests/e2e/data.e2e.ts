import { $, $$, browser } from '@wdio/globals';
import assert from 'node:assert/strict';
import { violations } from './support/axe.ts';
import { startLocker, type RunningLocker } from './support/locker.ts';
import { field, goTo, openFeed, toastSays } from './support/screens.ts';

describe('my data', () => {
  let locker: RunningLocker;

  before(async () => {
    locker = await startLocker(['--sample']);
    await browser.setViewport({ width: 1440, height: 900, devicePixelRatio: 1 });
    await openFeed(locker.link);
    await goTo('data');
    await $('.record').waitForExist();
  });
  after(async () => {
    assert.equal(await locker.stop(), 0);
  });

  async function search(text: string): Promise<void> {
    await $('[aria-label=Search]').setValue(text);
    await browser.waitUntil(
      async () => {
        const rows = await browser.execute(() =>
          [...document.querySelectorAll('.record .summary')].map((row) => row.textContent),
        );
        return rows.length > 0 && rows.every((row) => row.includes(text));
      },
      { timeoutMsg: `no result for ${text}` },
    );
  }

  it('finds words as they are typed, in any script', async () => {
    await search('hedgehog');
    await search('トマト');
    await search('ทะเลสาบ');
  });

  it('filters by kind and person', async () => {
    await $('[aria-label=Search]').click();
    await browser.keys(['Control', 'a']);
    await browser.keys('Delete');
    await $('button=Filters').click();
    assert.deepEqual(await violations(), []);
    await field('Kind').selectByAttribute('value', 'social.person');
    await browser.waitUntil(
      async () => (await $$('.record [title=Person]').length) > 0 && (await $$('.record [title=Post]').length) === 0,
    );
    await $('button=Clear filters').click();
    await browser.waitUntil(async () => (await $$('.record [title=Post]').length) > 0);
  });

  it('shows a record, keeps an edit, drops it again', async () => {
    await search('hedgehog');
    await $('.record button').click();
    await $('aside').$('button=Edit').waitForExist();
    await $('aside').$('button=Edit').click();
    assert.deepEqual(await violations(), []);
    await field('Text').setValue('Edited by hand');
    await $('button=Save changes').click();
    await toastSays('Changes kept');
    await browser.waitUntil(async () => (await $('aside .body').getText()) === 'Edited by hand');
    assert.match(await $('.current').getText(), /edited by you/);
    assert.deepEqual(await violations(), []);
    await $('button=Drop my changes').click();
    await browser.waitUntil(async () => (await $('aside .body').getText()).includes('hedgehog'));
  });

  it('deletes several and brings them back', async () => {
    await search('hedgehog');
    const boxes = await $$('.record input').getElements();
    for (const box of boxes.slice(0, 3)) await box.click();
    await $('p=3 selected').waitForExist();
    const total = await $('header .small').getText();
    await $('.choice').$('button=Delete').click();
    await toastSays('3 records deleted');
    await browser.waitUntil(async () => (await $('header .small').getText()) !== total);
    await $('.toasts').$('button=Undo').click();
    await toastSays('3 records are back');
    await browser.waitUntil(async () => (await $('header .small').getText()) === total);
  });

  it('saves what the filters show to a file', async () => {
    await search('hedgehog');
    await $('button=Export').click();
    await $('dialog').waitForExist();
    assert.deepEqual(await violations(), []);
    await $('dialog').$('input[value=table]').click();
    await $('button=Save the file').click();
    await toastSays(/[1-9]\d* records? saved to a file/);
    await $('dialog').waitForExist({ reverse: true });
  });

  it('says so when nothing matches', async () => {
    await $('[aria-label=Search]').setValue('zzzzqqqq');
    await $('h2=Nothing matches').waitForExist();
    assert.deepEqual(await violations(), []);
  });

  it('keeps filters in the address', async () => {
    await search('hedgehog');
    await browser.refresh();
    await $('.record').waitForExist();
    assert.equal(await $('[aria-label=Search]').getValue(), 'hedgehog');
  });
});
