import { $, $$, browser } from '@wdio/globals';
import assert from 'node:assert/strict';
import { violations } from './support/axe.ts';
import { startLocker, type RunningLocker } from './support/locker.ts';
import { picture } from './support/picture.ts';
import { complaints, field, goTo, named, openFeed, toastSays } from './support/screens.ts';

async function part(name: string): Promise<void> {
  await browser.setViewport({ width: 1440, height: 900, devicePixelRatio: 1 });
  await goTo('algorithms');
  await $('nav[aria-label="Part of this page"]').$(`a=${name}`).click();
}

async function look(name: string): Promise<void> {
  for (const width of [360, 1440]) {
    await browser.setViewport({ width, height: 900, devicePixelRatio: 1 });
    assert.deepEqual(await violations(), [], `${name} at ${width} px`);
    const over = await browser.execute(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    assert.ok(over <= 0, `${name} is ${over} px too wide at ${width} px`);
  }
  await picture(name);
}

describe('choosing algorithms', () => {
  let locker: RunningLocker;

  before(async () => {
    locker = await startLocker(['--sample']);
    await browser.setViewport({ width: 1440, height: 900, devicePixelRatio: 1 });
    await openFeed(locker.link);
  });
  after(async () => {
    assert.equal(await locker.stop(), 0);
  });

  it('rules are put together, tried on the posts while they are made, kept, changed and put into the mix', async () => {
    await part('My rules');
    await $('button=Hide or mark').click();
    const save = $('button=Save');
    assert.equal(await save.isEnabled(), false);
    await field('Name').setValue('No boosts of strangers');
    await $('p*=It hides').waitForExist();
    const boosts = await $('.says').getText();
    await $('button=Add a condition').click();
    await $('[aria-label="Condition 2"] [aria-label="What is looked at"]').selectByAttribute('value', 'author.iFollow');
    await $('[aria-label="Condition 2"] [aria-label="Value"]').selectByAttribute('value', '0');
    await browser.waitUntil(async () => (await $('.says').getText()) !== boosts, {
      timeoutMsg: 'the rules are not tried again',
    });
    await look('rules-builder');
    await save.click();
    await toastSays('“No boosts of strangers” is saved.');
    await named('Change “No boosts of strangers”').waitForExist();
    await look('rules-list');

    await named('Change “No boosts of strangers”').click();
    assert.equal(await field('Name').getValue(), 'No boosts of strangers');
    assert.equal(await $$('[aria-label^="Condition"]').length, 2);
    await field('Name').setValue('Fewer boosts');
    await save.click();
    await named('Change “Fewer boosts”').waitForExist();

    await part('Installed');
    await named('Add to the mix: Fewer boosts').click();
    await toastSays('Fewer boosts is in your mix now.');
  });

  it('rules are removed, after a word on what is lost, and leave the mix', async () => {
    await part('My rules');
    await named('Remove “Fewer boosts”').click();
    await $('dialog').$('button=Remove').click();
    await toastSays('“Fewer boosts” is gone.');
    await $('p=No rules yet.').waitForExist();
  });

  it('what is not complete cannot be saved', async () => {
    await part('My rules');
    await $('button=Give points').click();
    await field('Name').setValue('Words');
    await $('[aria-label="What is looked at"]').selectByAttribute('value', 'words');
    await $('div*=Something is missing').waitForExist();
    assert.equal(await $('button=Save').isEnabled(), false);
    await $('textarea').setValue('garden\nmarket');
    // A list of words counts when its field is left.
    await field('Points').click();
    await $('div*=Something is missing').waitForExist({ reverse: true });
    await $('h3=It puts first').waitForExist();
    await $('button=Cancel').click();
    await $('button=Give points').waitForExist();
  });

  it('an algorithm is tried on the owner’s posts before it is added', async () => {
    await part('Installed');
    await named('Try on my posts: Hacker News heat').click();
    await $('dt=One more like').waitForExist();
    assert.match(await $('dialog').getText(), /moved, usually by|nothing moved/u);
    await look('trial');
    await named('Close').click();
  });

  it('days that are over are looked back at under the mix and against newest first', async () => {
    await part('Compare');
    await field('This mix').waitForExist();
    await $('button=Compare').click();
    await $('h2=You would have gained').waitForExist({ timeout: 60_000 });
    assert.match(await $('table').getText(), /People on first pages/u);
    await look('compare');
  });

  it('the health of the feed tells what the mix did', async () => {
    await part('Feed health');
    await $('h2=Quiet friends').waitForExist({ timeout: 60_000 });
    await look('health');
    await $('button=Make sure I see quiet friends').click();
    await toastSays('“Quiet friends” is in your mix');
  });

  it('a copy of the mix is made, chosen, and removed', async () => {
    await browser.setViewport({ width: 1440, height: 900, devicePixelRatio: 1 });
    await goTo('feed');
    await $('article').waitForExist();
    await $('summary=Copy, share, remove').click();
    await $('button=New mix like this one').click();
    await toastSays('“My mix, copy” is a mix of its own now.');
    await browser.waitUntil(async () => (await field('Mix').getValue()) !== 'default');
    await look('mixes');
    await browser.setViewport({ width: 1440, height: 900, devicePixelRatio: 1 });
    if (!(await $('button=Remove this mix').isDisplayed())) await $('summary=Copy, share, remove').click();
    await $('button=Remove this mix').click();
    await toastSays('“My mix, copy” is gone.');
    await browser.waitUntil(async () => (await field('Mix').getValue()) === 'default');
  });

  it('breaks no rule of its own page', async () => {
    assert.deepEqual(await complaints(), []);
  });
});
