import { $, browser } from '@wdio/globals';
import assert from 'node:assert/strict';
import { violations } from './support/axe.ts';
import { startLocker, type RunningLocker } from './support/locker.ts';
import { goTo, named, openFeed, toastSays, topPosts } from './support/screens.ts';

describe('the mixer', () => {
  let locker: RunningLocker;
  let kept: string[] = [];

  before(async () => {
    locker = await startLocker(['--sample']);
    await browser.setViewport({ width: 1440, height: 900, devicePixelRatio: 1 });
    await openFeed(locker.link);
    kept = await topPosts();
  });
  after(async () => {
    assert.equal(await locker.stop(), 0);
  });

  /** Moves the slider to its end, as a drag does: many values one after another. */
  async function drag(name: string): Promise<void> {
    const slider = await named(`How much ${name} counts`).getElement();
    await browser.execute(
      (element: HTMLElement) => {
        const input = element as HTMLInputElement;
        for (let step = 1; step <= 10; step++) {
          input.value = String((Number(input.max) * step) / 10);
          input.dispatchEvent(new Event('input', { bubbles: true }));
        }
      },
      slider as unknown as HTMLElement,
    );
  }

  it('moves the order while a slider moves, and marks what moved', async () => {
    await drag('Hacker News heat');
    await browser.waitUntil(async () => (await topPosts()).join() !== kept.join());
    assert.match(await $('aside').getText(), /came into the top/);
    assert.ok(await $('.shift').isExisting());
    assert.deepEqual(await violations(), []);
  });

  it('slider to new order stays quick', async () => {
    const slider = await named('How much Newest first counts').getElement();
    const took = await browser.executeAsync(
      (element: HTMLElement, done: (ms: number[]) => void) => {
        const input = element as HTMLInputElement;
        const list = document.querySelector('[role=feed]');
        const times: number[] = [];
        const step = (n: number): void => {
          if (n === 8 || list === null) return done(times);
          const start = performance.now();
          const before = list.textContent;
          const timer = setInterval(() => {
            if (list.textContent === before && performance.now() - start < 2000) return;
            clearInterval(timer);
            times.push(performance.now() - start);
            setTimeout(() => step(n + 1), 120);
          }, 1);
          input.value = String(n % 2 === 0 ? 0 : Number(input.max));
          input.dispatchEvent(new Event('input', { bubbles: true }));
        };
        step(0);
      },
      slider as unknown as HTMLElement,
    );
    const sorted = took.toSorted((a, b) => a - b);
    console.log(`slider to new order on screen, ms: ${sorted.map((ms) => Math.round(ms)).join(' ')}`);
    assert.ok((sorted[4] ?? Infinity) < 1000, `median ${sorted[4]} ms`);
  });

  it('puts back what was tried', async () => {
    await $('button=Put back').click();
    await browser.waitUntil(async () => (await topPosts()).join() === kept.join());
    assert.equal(await $('.shift').isExisting(), false);
    assert.equal(await $('button=Keep').isEnabled(), false);
  });

  it('keeps a mix over a reload', async () => {
    await drag('Unusually good for this author');
    await browser.waitUntil(async () => (await topPosts()).join() !== kept.join());
    await $('button=Keep').click();
    await toastSays('Mix kept');
    const slider = () => named('How much Unusually good for this author counts');
    const changed = await slider().getValue();
    await browser.refresh();
    await $('article').waitForExist();
    await slider().waitForExist();
    assert.equal(await slider().getValue(), changed);
    assert.equal(await $('button=Keep').isEnabled(), false);
  });

  it('settings and switches of an algorithm count at once', async () => {
    await named('Settings of Hacker News heat').click();
    await $('.settings').waitForExist();
    assert.deepEqual(await violations(), []);
    const before = await topPosts();
    await $('label=Newest first').$('input').click();
    await browser.waitUntil(async () => (await topPosts()).join() !== before.join());
    await $('button=Put back').click();
  });

  it('an algorithm is removed from the mix and added again', async () => {
    await goTo('algorithms');
    await named('Remove from the mix: Spread').click();
    await toastSays('Spread is out of your mix.');
    await named('Add to the mix: Spread').click();
    await toastSays('Spread is in your mix now.');
    await named('Source code of Spread').click();
    await $('dialog pre.code').waitForExist();
    assert.deepEqual(await violations(), []);
    await browser.keys('Escape');
  });
});
