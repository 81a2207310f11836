import { $, browser } from '@wdio/globals';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { violations } from './support/axe.ts';
import { picture } from './support/picture.ts';
import { startLocker, type RunningLocker } from './support/locker.ts';
import { field, goTo, named, openFeed, toastSays, topPosts } from './support/screens.ts';

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

  it('tells of each post how far it moved, from where, and by what; and where those that left are now', async () => {
    const marks = await browser.execute(() =>
      [...document.querySelectorAll<HTMLElement>('.shift')].map((mark) => [mark.textContent, mark.title] as const),
    );
    assert.ok(marks.length > 0);
    for (const [text, title] of marks) {
      assert.match(text, /^(↑ [\d,]+|↓ [\d,]+|in, from [\d,]+|came in)$/);
      assert.notEqual(title, '');
    }
    assert.ok(marks.some(([, title]) => title.startsWith('Hacker News heat')));
    await browser.waitUntil(async () => {
      await browser.execute(() => window.scrollBy(0, 400));
      return $('.shift.new').isExisting();
    });
    assert.match(await $('[role=feed]').getText(), /in, from [\d,]+[^]*Came in: \S+/);
    await $('summary*=that left').click();
    const left = await $('.gone').getText();
    assert.match(left, /\d+ → \d[\d,]* · \S+/);
    await $('summary*=that left').click();
    await browser.execute(() => window.scrollTo(0, 0));
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
          if (n === 30 || list === null) return done(times);
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
    const [median, p95] = [sorted[15] ?? Infinity, sorted[28] ?? Infinity];
    console.log(`median ${Math.round(median)} ms, p95 ${Math.round(p95)} ms`);
    assert.ok(median < 1000, `median ${median} ms`);
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
    // Nothing in the made-up town has down-votes.
    const downs = field('Points lost for a down-vote');
    await browser.waitUntil(async () => !(await downs.isEnabled()));
    assert.match(await $('.settings').getText(), /Nothing here tells how many down-votes a post has/);
    assert.ok(await field('Points for a like').isEnabled());
    assert.deepEqual(await violations(), []);
    const before = await topPosts();
    await $('label=Newest first').$('input').click();
    await browser.waitUntil(async () => (await topPosts()).join() !== before.join());
    await $('button=Put back').click();
  });

  it('rerankers change places, and what was kept is undone', async () => {
    await $('label=Quotas').$('input').click();
    const order = async (): Promise<string> =>
      browser.execute(() => {
        const rows = [...document.querySelectorAll('#mixer-reranker + ul > li')];
        return rows.map((row) => row.querySelector('label')?.textContent.trim()).join();
      });
    const before = await order();
    assert.match(before, /Spread.*Quotas/);
    await named('Run Quotas earlier').click();
    assert.match(await order(), /Quotas.*Spread/);
    await $('button=Keep').click();
    await toastSays('Mix kept');
    await $('.toasts').$('button=Undo').click();
    await browser.waitUntil(async () => (await order()) === before);
    assert.equal(await $('label=Quotas').$('input').isSelected(), false);
    assert.equal(await $('button=Keep').isEnabled(), false);
  });

  it('blending by score is offered only where every ranker says that it may be', async () => {
    await $('summary=This mix').click();
    const choice = field('How rankers are put together');
    assert.equal(await choice.$('option=by the scores they give').isEnabled(), false);
    assert.match(await $('aside').getText(), /By score needs rankers that all say/);
  });

  it('a mix looks at some places only, says so, and at everything again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'locker-mixer-'));
    try {
      const items = [1, 2, 3].map(
        (n) => `<item><guid>https://harbour.example/${String(n)}</guid><title>Ferry ${String(n)}</title>
          <link>https://harbour.example/${String(n)}</link><description>The ferry is late.</description>
          <pubDate>Mon, 0${String(n)} Jan 2024 10:00:00 GMT</pubDate></item>`,
      );
      const feed = `<?xml version="1.0"?><rss version="2.0"><channel><title>Harbour news</title>
        <link>https://harbour.example/</link><description>News</description>${items.join('')}</channel></rss>`;
      writeFileSync(join(folder, 'harbour.xml'), feed);
      await goTo('sources');
      await $('input[type=file]').addValue(join(folder, 'harbour.xml'));
      await $('.run .counts').waitForExist();
      await browser.waitUntil(async () => /^[34] new/.test(await $('.run .counts').getText()));
    } finally {
      rmSync(folder, { recursive: true });
    }
    await goTo('feed');
    await $('summary=This mix').click();
    await browser.waitUntil(async () => /3 posts/.test(await $('aside fieldset').getText()));
    const box = $('//aside//fieldset//label[contains(normalize-space(), "3 posts")]/input');
    assert.deepEqual(await violations(), []);
    await box.click();
    await browser.waitUntil(async () => (await topPosts()).length === 3);
    assert.match((await topPosts()).join(), /ferry/i);
    await $('summary=This mix, looking at one place only').waitForExist();
    assert.match(await $('aside').getText(), /that left/);
    await $('aside fieldset').scrollIntoView();
    await picture('mixer-looks-at');
    await $('button=Keep').click();
    await toastSays('Mix kept');
    await browser.refresh();
    await $('article').waitForExist();
    assert.equal((await topPosts()).length, 3);
    await $('summary=This mix, looking at one place only').click();
    const everything = $('//aside//fieldset//label[normalize-space()="Everything"]/input');
    await everything.waitForExist();
    await everything.click();
    await browser.waitUntil(async () => (await topPosts()).length > 3);
    await $('button=Keep').click();
    await toastSays('Mix kept');
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
