import { $, browser } from '@wdio/globals';
import assert from 'node:assert/strict';
import { violations } from './support/axe.ts';
import { startLocker, type RunningLocker } from './support/locker.ts';
import { field, goTo, makeLocker, PASSPHRASE, toastSays } from './support/screens.ts';

describe('settings', () => {
  let locker: RunningLocker;
  const NEXT = 'basalt kite under the ninth bridge';

  before(async () => {
    locker = await startLocker();
    await makeLocker(locker.link);
    await goTo('settings');
  });
  after(async () => {
    assert.equal(await locker.stop(), 0);
  });

  it('are kept', async () => {
    await $('label=Dark').click();
    await field('Lock the screen after').selectByAttribute('value', '5');
    await field('Time zone').setValue('Asia/Tokyo');
    await browser.keys('Tab');
    await toastSays('Kept');
    await browser.refresh();
    await $('h2=Sandbox').waitForExist();
    assert.equal(await browser.execute(() => document.documentElement.dataset['theme']), 'dark');
    assert.equal(await field('Lock the screen after').getValue(), '5');
    assert.equal(await field('Time zone').getValue(), 'Asia/Tokyo');
  });

  it('refuse a time zone that is not known', async () => {
    await field('Time zone').setValue('Mars/Olympus');
    await browser.keys('Tab');
    await $('.error=That time zone is not known.').waitForExist();
  });

  it('change the passphrase', async () => {
    await $('button=Change the passphrase').click();
    await field('Current passphrase').setValue('not the passphrase');
    await field('New passphrase').setValue(NEXT);
    assert.deepEqual(await violations(), []);
    await $('form').$('button=Change the passphrase').click();
    await $('form .error').waitForExist();
    await field('Current passphrase').setValue(PASSPHRASE);
    await $('form').$('button=Change the passphrase').waitForEnabled();
    await $('form').$('button=Change the passphrase').click();
    await toastSays('The passphrase is changed');
    await $('button=Lock the screen').click();
    await field('Passphrase').setValue(PASSPHRASE);
    await browser.keys('Enter');
    await $('[role=alert]').waitForExist();
    await field('Passphrase').setValue(NEXT);
    await browser.keys('Enter');
    await $('nav').waitForExist();
  });

  it('make a new recovery code', async () => {
    await goTo('settings');
    await $('button=Make a new code').click();
    await field('Current passphrase').setValue(NEXT);
    await $('dialog').$('button=Make a new code').click();
    await $('dialog code').waitForExist();
    assert.match(await $('dialog code').getText(), /^[0-9A-Z-]{34}$/);
    assert.deepEqual(await violations(), []);
    await browser.keys('Escape');
    await $('dialog').waitForExist({ reverse: true });
  });
});
