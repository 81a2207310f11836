import { $, browser } from '@wdio/globals';
import assert from 'node:assert/strict';
import { violations } from './support/axe.ts';
import { startLocker, type RunningLocker } from './support/locker.ts';
import { complaints, field, goTo, PASSPHRASE } from './support/screens.ts';

describe('first run', () => {
  let locker: RunningLocker;
  let code = '';

  before(async () => {
    locker = await startLocker();
    await browser.url(locker.link);
  });
  after(async () => {
    assert.equal(await locker.stop(), 0);
  });

  it('makes a locker by keyboard alone', async () => {
    await $('h1=Make your locker').waitForExist();
    assert.deepEqual(await violations(), []);
    assert.equal(await browser.execute(() => location.hash), '', 'the launch token stayed in the address bar');
    assert.equal(await $('button=Make the locker').isEnabled(), false);
    await browser.keys('short');
    await browser.waitUntil(async () => (await $('.strength').getText()).includes('too short'));
    await browser.keys(['Backspace', 'Backspace', 'Backspace', 'Backspace', 'Backspace']);
    await browser.keys(PASSPHRASE.split(''));
    await browser.waitUntil(async () => (await $('.strength').getText()).includes('good'));
    await browser.keys(['Tab', 'Tab', ...PASSPHRASE.split(''), 'Enter']);
    await $('h1=Keep this recovery code').waitForExist();
  });

  it('shows the recovery code once and waits until it is kept', async () => {
    assert.deepEqual(await violations(), []);
    code = await $('code').getText();
    assert.match(code, /^([0-9A-Z]{4}-){6}[0-9A-Z]{4}$/);
    assert.equal(await $('button=Go on').isEnabled(), false);
    await $('label=I have kept the code in a safe place').click();
    await $('button=Go on').click();
    await $('h1=Bring your data').waitForExist();
    assert.deepEqual(await violations(), []);
    assert.equal((await browser.getPageSource()).includes(code), false);
  });

  it('says what to do with an empty feed and an empty locker', async () => {
    await goTo('feed');
    await $('h2=No posts yet').waitForExist();
    await goTo('data');
    await $('h2=Your locker is empty').waitForExist();
  });

  it('locks, refuses a wrong passphrase, opens for the right one', async () => {
    await $('button=Lock now').click();
    await $('h1=Unlock your locker').waitForExist();
    assert.deepEqual(await violations(), []);
    assert.equal(await browser.execute(() => sessionStorage.length), 0);
    await field('Passphrase').setValue('not the passphrase');
    await browser.keys('Enter');
    await $('[role=alert]').waitForExist();
    assert.match(await $('[role=alert]').getText(), /does not open this locker/);
    await field('Passphrase').setValue(PASSPHRASE);
    await browser.keys('Enter');
    await $('nav').waitForExist();
  });

  it('opens by the recovery code, which is then a new one', async () => {
    await goTo('settings');
    await $('button=Close the locker').click();
    await $('button=I forgot the passphrase').click();
    assert.deepEqual(await violations(), []);
    await field('Recovery code').setValue(code.toLowerCase());
    await field('New passphrase').setValue('another seven words for this');
    await $('button=Set the new passphrase').click();
    await $('h1=Keep this recovery code').waitForExist();
    assert.notEqual(await $('code').getText(), code);
    await $('label=I have kept the code in a safe place').click();
    await $('button=Go on').click();
    await $('nav').waitForExist();
  });

  it('a launch link works once', async () => {
    await browser.execute(() => sessionStorage.clear());
    await browser.url('about:blank');
    await browser.url(locker.link);
    await $('h1=Unlock your locker').waitForExist();
  });

  it('breaks no rule of its own page', async () => {
    assert.deepEqual(await complaints(), []);
  });
});
