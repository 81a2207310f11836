import { $, $$, browser } from '@wdio/globals';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { violations } from './support/axe.ts';
import { startLocker, type RunningLocker } from './support/locker.ts';
import { complaints, field, goTo, named, openFeed, toastSays } from './support/screens.ts';

describe('labels and lists', () => {
  let locker: RunningLocker;
  let folder: string;
  let host: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'locker-labels-'));
    locker = await startLocker(['--sample']);
    await openFeed(locker.link);
    await goTo('data');
    await $('.record').waitForExist();
    host = await browser.execute(() => /([a-z0-9.-]+\.example)/.exec(document.body.innerText)?.[1] ?? '');
    assert.notEqual(host, '');
  });
  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    assert.equal(await locker.stop(), 0);
  });

  async function open(): Promise<void> {
    await browser.execute(() => {
      location.hash = '#/algorithms?part=labels';
    });
    await $('h2=You subscribe to').waitForExist();
  }

  async function look(name: string, content: string): Promise<void> {
    const file = join(folder, name);
    writeFileSync(file, content);
    await $('input[type=file]').addValue(file);
    await $('dialog').waitForExist();
  }

  it('shows what a list would do before subscribing, and then does it', async () => {
    await open();
    assert.deepEqual(await violations(), []);
    await look(
      'bad-servers.csv',
      `#domain,#severity,#reject_media\n${host},suspend,False\nnowhere.example,silence,True\n`,
    );
    assert.match(await $('dialog').getText(), /It is about [\d,]+ posts in your locker\s+by \d+ pe/);
    assert.deepEqual(await violations(), []);
    assert.equal(await field('Name, as reasons will show it').getValue(), 'bad servers');
    await named('What “suspend” does').selectByVisibleText('Warn');
    await $('button=Subscribe').click();
    await toastSays('You subscribe to bad servers');
    await $('button=Add it to the mix').click();
    await toastSays('is in your mix now');
    await goTo('feed');
    await $('article').waitForExist();
    assert.match(await $('main').getText(), /is marked “suspend” by bad servers/);
  });

  it('hides, tells why, and leaves a person alone', async () => {
    await open();
    await $('summary=What its 3 labels do').click();
    await named('What “suspend” does').selectByVisibleText('Hide');
    await goTo('feed');
    await $('article').waitForExist();
    // The feed is made anew after the choice.
    await browser.waitUntil(async () => /[1-9]/.test(await $('button*=hidden').getText()), {
      timeoutMsg: 'none hidden',
    });
    await $('button*=hidden').click();
    await $('dialog .hidden > li').waitForExist();
    assert.match(await $('dialog').getText(), /is marked “suspend” by bad servers/);
    const before = await $$('dialog .hidden > li').length;
    assert.ok(before > 0);
    await $('dialog').$('button=This was wrong').click();
    await $('dialog').$('button*=“suspend” for').click();
    await toastSays('“suspend” no longer applies to');
    await browser.keys('Escape');
    await open();
    await $('h4=Not for these people').waitForExist();
    assert.deepEqual(await violations(), []);
  });

  it('refuses what is neither, and asks before it removes one', async () => {
    await open();
    const file = join(folder, 'diary.txt');
    writeFileSync(file, 'Dear diary, nothing happened.\n'.repeat(40));
    await $('input[type=file]').addValue(file);
    await $('.error=No labels and no list were found in that.').waitForExist();
    await named('Remove bad servers').click();
    await $('dialog').$('button=Remove').click();
    await toastSays('bad servers is removed');
    await $('p=No labelers and no lists.').waitForExist();
    assert.deepEqual(await complaints(), []);
  });
});
