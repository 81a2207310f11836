import { $, browser } from '@wdio/globals';
import assert from 'node:assert/strict';
import { PASSPHRASE } from '../e2e/support/screens.ts';

/** What only the real window can show; what its screens do is shown by the tests in a browser. */
describe('the desktop window', () => {
  it('opens on the first run, by a link that leaves no trace', async () => {
    await $('h1=Make your locker').waitForExist();
    assert.equal(await browser.getUrl(), 'locker://app/');
  });

  it('gives its page nothing of Node or Electron', async () => {
    const found = await browser.execute(() =>
      ['require', 'process', 'module', 'Buffer', 'electron', 'ipcRenderer'].filter((name) => name in globalThis),
    );
    assert.deepEqual(found, []);
  });

  it('goes nowhere else and opens no other window', async () => {
    await browser.execute(() => {
      location.href = 'https://elsewhere.invalid/';
    });
    assert.equal(await browser.getUrl(), 'locker://app/');
    assert.equal(await browser.execute(() => window.open('locker://app/') === null), true);
    assert.equal((await browser.getWindowHandles()).length, 1);
  });

  it('has no permission it was not given', async () => {
    const state = await browser.execute(async () => (await navigator.permissions.query({ name: 'geolocation' })).state);
    assert.equal(state, 'denied');
  });

  it('reaches the core: makes a locker and opens it', async () => {
    await browser.keys(PASSPHRASE.split(''));
    await browser.keys(['Tab', 'Tab', ...PASSPHRASE.split(''), 'Enter']);
    await $('h1=Keep this recovery code').waitForExist();
    await $('label=I have kept the code in a safe place').click();
    await $('button=Go on').click();
    await $('h1=Bring your data').waitForExist();
  });
});
