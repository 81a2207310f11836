import { $, $$, browser } from '@wdio/globals';
import assert from 'node:assert/strict';
import { violations } from './support/axe.ts';
import { startLocker, type RunningLocker } from './support/locker.ts';
import { picture } from './support/picture.ts';
import { complaints, goTo, named, openFeed, toastSays, topPosts } from './support/screens.ts';

describe('what the feed learns from its owner', () => {
  let locker: RunningLocker;
  let first: string[] = [];
  let learnt: string[] = [];

  before(async () => {
    locker = await startLocker(['--sample']);
    await browser.setViewport({ width: 1440, height: 900, devicePixelRatio: 1 });
    await openFeed(locker.link);
  });
  after(async () => {
    assert.deepEqual(await complaints(), []);
    assert.equal(await locker.stop(), 0);
  });

  /** Lengths of the two posts that are asked about, and who wrote them. */
  async function pair(): Promise<{ lengths: [number, number]; key: string }> {
    return browser.execute(() => {
      const of = (what: string): string[] =>
        [...document.querySelectorAll(`.pair ${what}`)].map((post) => post.textContent ?? '');
      const [one = '', other = ''] = of('.scrolls');
      return { lengths: [one.length, other.length] as [number, number], key: of('article').join('|') };
    });
  }

  /** Earlier messages may still be there. */
  async function undoNewest(): Promise<void> {
    const buttons = await $('.toasts').$$('button=Undo').getElements();
    await buttons.at(-1)?.click();
  }

  async function answered(count: number): Promise<void> {
    const says = `You have answered ${count} question${count === 1 ? '' : 's'}.`;
    await browser.waitUntil(async () => (await $('.so-far').getText()).includes(says), { timeoutMsg: says });
    await $('.pair:not(.busy)').waitForExist();
  }

  /** Prefers the longer post, by keyboard. */
  async function answer(count: number): Promise<void> {
    const { lengths, key } = await pair();
    await browser.keys(lengths[0] >= lengths[1] ? 'ArrowLeft' : 'ArrowRight');
    await answered(count);
    await browser.waitUntil(async () => (await pair()).key !== key);
  }

  it('is reached from the algorithms, says that nothing learns yet, and adds what does', async () => {
    await goTo('algorithms');
    await named('Compare posts for My comparisons').click();
    await $('h1=What your feed learns').waitForExist();
    await $('.pair:not(.busy)').waitForExist();
    assert.match(await $('.ask').getText(), /stay in this locker/);
    assert.match(await $('.so-far').getText(), /Nothing in your mix learns from your answers yet/);
    assert.deepEqual(await violations(), []);
    await picture('learning-ask');
    await $('button=Add My comparisons to the mix').click();
    await toastSays('My comparisons is in your mix now.');
    await browser.waitUntil(async () => /0 of about 10/.test(await $('.so-far').getText()));
    await goTo('feed');
    await $('article').waitForExist();
    first = await topPosts();
  });

  it('passes over what the owner cannot say, and takes that back', async () => {
    await goTo('learning');
    await $('.pair:not(.busy)').waitForExist();
    const { key } = await pair();
    await browser.keys('ArrowDown');
    await browser.waitUntil(async () => (await pair()).key !== key);
    await $('.pair:not(.busy)').waitForExist();
    await browser.keys('z');
    await browser.waitUntil(async () => (await pair()).key === key);
    await answered(0);
  });

  it('learns from twelve answers, each taken by a key, and says what', async () => {
    for (let count = 1; count <= 12; count++) {
      await answer(count);
      if (count === 4) {
        assert.match(await $('.so-far').getText(), /Not enough answers yet: 4 of about 10/);
        assert.deepEqual(await violations(), []);
        await picture('learning-few');
      }
    }
    await $('p=Lifts a post').waitForExist();
    assert.match(await $('.so-far').getText(), /learnt this from your last 12 answers; \d+ of them fit/);
    assert.deepEqual(await violations(), []);
    await picture('learning-learnt');
  });

  it('takes the last answer back, with a button and with a key, also after a reload', async () => {
    await $('button=Take the last answer back').click();
    await answered(11);
    await browser.refresh();
    await $('.pair:not(.busy)').waitForExist();
    await answered(11);
    await browser.keys('Backspace');
    await answered(10);
    await answer(11);
    await answer(12);
  });

  it('the order of the feed follows, and the reason says so', async () => {
    await goTo('feed');
    await $('article').waitForExist();
    await browser.waitUntil(async () => (await topPosts()).join() !== first.join());
    learnt = await topPosts();
    await $('article .because').click();
    await $('aside, .why').waitForExist();
    await browser.waitUntil(async () => /My comparisons/.test(await $('[role=feed]').getText()));
    assert.deepEqual(await violations(), []);
    await $('article .because').click();
  });

  it('a post’s menu asks about that post', async () => {
    const name = await $('article h2').getText();
    await $('article').$('[aria-label="More"]').click();
    await $('[role=menu]').$('*=Compare it with another post').click();
    await $('.pair:not(.busy)').waitForExist();
    assert.equal((await $('.pair h3').getText()).replace(/\s+/g, ' '), `First post: ${name}`);
  });

  it('lists the answers; one that is removed is unlearnt, and can be put back', async () => {
    await $('a=Your answers').click();
    await browser.waitUntil(async () => (await $$('.page li button').length) === 12);
    assert.deepEqual(await violations(), []);
    await picture('learning-answers');
    await $('.page li button').click();
    await toastSays('The answer is gone');
    await browser.waitUntil(async () => (await $$('.page li button').length) === 11);
    await undoNewest();
    await browser.waitUntil(async () => (await $$('.page li button').length) === 12);
  });

  it('says what each algorithm keeps, and forgets it', async () => {
    await $('a=What was learnt').click();
    await $('article[aria-label="My comparisons"]').waitForExist();
    assert.match(await $('article[aria-label="My comparisons"]').getText(), /It keeps 448 bytes/);
    assert.deepEqual(await violations(), []);
    await picture('learning-kept');
    await named('Forget what My comparisons learnt').click();
    await $('dialog').waitForExist();
    assert.match(await $('dialog').getText(), /Your answers stay/);
    await $('dialog').$('button=Forget').click();
    await toastSays('My comparisons forgot what it learnt.');
    await browser.waitUntil(async () =>
      /It has learnt nothing yet/.test(await $('article[aria-label="My comparisons"]').getText()),
    );
    await goTo('feed');
    await $('article').waitForExist();
    await browser.waitUntil(async () => (await topPosts()).join() !== learnt.join());
  });

  it('forgets everything at once, after asking', async () => {
    await goTo('learning');
    await $('a=What was learnt').click();
    await $('button=Forget everything').click();
    assert.match(await $('dialog').getText(), /Your 12 answers and all/);
    await $('dialog').$('button=Forget everything').click();
    await toastSays('All answers and all that was learnt are gone.');
    await $('a=Compare posts').click();
    await answered(0);
  });

  it('more like this: says when nothing reads it, adds what does, and the next feed has the author higher', async () => {
    await goTo('feed');
    await $('article').waitForExist();
    const more = (): ReturnType<typeof $> => $('[data-index="3"] [aria-label="More like this"]');
    await more().click();
    await toastSays('Noted: more like this. Nothing in your mix reads it yet.');
    assert.deepEqual(await violations(), []);
    await picture('learning-offer');
    await $('.toasts').$('button=Add See more').click();
    await toastSays('See more is in your mix now.');
    await browser.waitUntil(
      async () =>
        (await $('[data-index="0"] [aria-label="More like this"]').getAttribute('aria-pressed')) === 'true' ||
        (await $('[role=feed]').getText()).includes('wanted more'),
    );
  });

  it('less like this takes more like this back; both are listed and taken back', async () => {
    const wished = await $('[aria-label="More like this"][aria-pressed="true"]').getElement();
    const row = await wished.parentElement().getElement();
    await row.$('[aria-label="Less like this"]').click();
    await toastSays('Less like');
    assert.equal(await row.$('[aria-label="More like this"]').getAttribute('aria-pressed'), 'false');
    await goTo('learning');
    await $('a=More and less').click();
    await browser.waitUntil(async () => (await $$('.page li button').length) === 1);
    assert.match(await $('.page li:has(button)').getText(), /^Less like/);
    assert.deepEqual(await violations(), []);
    await picture('learning-wishes');
    await $('.page li button').click();
    await browser.waitUntil(async () => (await $$('.page li button').length) === 0);
    await undoNewest();
    await browser.waitUntil(async () => (await $$('.page li button').length) === 1);
    await $('button=Take all back').click();
    await $('dialog').$('button=Take all back').click();
    await toastSays('All wishes are taken back.');
    await browser.waitUntil(async () => (await $('main').getText()).includes('None yet.'));
  });

  it('a narrow screen: one post under the other, both with their button', async () => {
    await browser.setViewport({ width: 360, height: 780, devicePixelRatio: 1 });
    await goTo('learning');
    await $('.pair:not(.busy)').waitForExist();
    const tops = await browser.execute(() =>
      [...document.querySelectorAll('.pair article')].map((post) => post.getBoundingClientRect().top),
    );
    assert.ok((tops[1] ?? 0) > (tops[0] ?? 0) + 100);
    assert.deepEqual(await violations(), []);
  });
});
