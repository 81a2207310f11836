import { $, $$, browser } from '@wdio/globals';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocker, type RunningLocker } from './support/locker.ts';
import { complaints, field, goTo, makeLocker, named, toastSays, topPosts } from './support/screens.ts';

const POSTS = 60;

function note(n: number): object {
  return {
    type: 'Note',
    id: `https://town.example/posts/${n}`,
    attributedTo: {
      type: 'Person',
      id: `https://town.example/users/${n % 7}`,
      name: `Neighbour ${n % 7}`,
      preferredUsername: `n${n % 7}`,
    },
    content:
      n === 3
        ? '<p>Bad <img src="https://tracker.example/x.png"><script>window.broken = 1</script> <a href="https://a.example/">link</a></p>'
        : `<p>Note ${n} about the canal</p>`,
    published: new Date(Date.now() - n * 3_600_000).toISOString(),
    to: ['https://www.w3.org/ns/activitystreams#Public'],
  };
}

const FEED = `<?xml version="1.0"?><rss version="2.0"><channel><title>The Canal Paper</title><link>https://paper.example/</link><description>x</description>
${[1, 2, 3].map((n) => `<item><title>Article ${n}</title><link>https://paper.example/${n}</link><guid>https://paper.example/${n}</guid><pubDate>${new Date(Date.now() - n * 60_000).toUTCString()}</pubDate><description>Text ${n}</description></item>`).join('')}
</channel></rss>`;

describe('bringing data in', () => {
  let locker: RunningLocker;
  let server: Server;
  let address = '';
  const folder = mkdtempSync(join(tmpdir(), 'locker-e2e-files-'));
  const file = join(folder, 'outbox.json');

  before(async () => {
    writeFileSync(
      file,
      JSON.stringify({
        '@context': 'https://www.w3.org/ns/activitystreams',
        type: 'OrderedCollection',
        orderedItems: [
          ...Array.from({ length: POSTS }, (_, n) => note(n)),
          { ...note(0), id: `https://town.example/${'x'.repeat(3000)}` },
        ],
      }),
    );
    server = createServer((_request, response) =>
      response.writeHead(200, { 'content-type': 'application/rss+xml' }).end(FEED),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/feed.xml`;
    locker = await startLocker();
    await browser.setViewport({ width: 1440, height: 900, devicePixelRatio: 1 });
    await makeLocker(locker.link);
  });
  after(async () => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
    assert.equal(await locker.stop(), 0);
  });

  async function bring(): Promise<void> {
    const before = await $$('.run').length;
    await $('input[type=file][multiple]').addValue(file);
    await browser.waitUntil(async () => (await $$('.run').length) === before + 1);
    await browser.waitUntil(async () => (await $('.run .state').getText()) === 'Done', {
      timeoutMsg: 'the import did not end',
    });
  }

  it('imports a chosen file and reports what became of it', async () => {
    await bring();
    assert.match(await $('.run .counts').getText(), new RegExp(`^${POSTS} new`));
    const report = await $('.report').getText();
    assert.match(report, /Post\s+60/);
    assert.match(report, /Left out\n.+ 1 time/);
    await toastSays('outbox.json');
  });

  it('adds nothing the second time', async () => {
    await bring();
    assert.match(await $('.run .counts').getText(), /^0 new/);
  });

  it('shows the posts ranked, sanitised, with nothing loaded from elsewhere', async () => {
    await goTo('feed');
    await $('article').waitForExist();
    assert.ok((await topPosts()).length >= 5);
    await goTo('data');
    await $('[aria-label=Search]').setValue('Bad');
    await browser.waitUntil(async () => (await $$('.record').length) === 1);
    await $('.record button').click();
    await $('aside .body').waitForExist();
    assert.equal(await browser.execute(() => document.querySelectorAll('.body img, .body script').length), 0);
    assert.equal(await browser.execute(() => Object.hasOwn(window, 'broken')), false);
    assert.equal(await $('aside .body a').getAttribute('rel'), 'noopener noreferrer nofollow');
    const hosts = await browser.execute(() => [
      ...new Set(performance.getEntriesByType('resource').map((entry) => new URL(entry.name).host)),
    ]);
    assert.deepEqual(hosts, [new URL(locker.origin).host]);
  });

  it('refuses an address on this computer until it is allowed, then follows it', async () => {
    await goTo('sources');
    await field('Address of a feed').setValue(address);
    await $('button=Follow').click();
    await $('.error').waitForExist();
    await $('label=This address is on my own computer: allow it').click();
    await $('button=Follow').click();
    await $('h3=The Canal Paper').waitForExist();
    await browser.waitUntil(async () => /[34] records/.test(await $('.subs li').getText()));
    await named('Look now: The Canal Paper').click();
    await toastSays('The Canal Paper: 0 new records');
  });

  it('says what is wrong with an address', async () => {
    await field('Address of a feed').setValue('not an address');
    await $('button=Follow').click();
    await $('.error').waitForExist();
    assert.notEqual(await $('.error').getText(), '');
  });

  it('unfollows, and takes that back', async () => {
    await named('Stop following The Canal Paper').click();
    await $('p=You follow no feeds yet.').waitForExist();
    await $('.toasts').$('button=Undo').click();
    await $('.subs li').waitForExist();
  });

  it('undoes an import after saying what will be lost', async () => {
    // The second run found the same posts: both have to go before the posts do.
    const undo = $('//article[.//h3="outbox.json"]//button[normalize-space()="Undo this import"]');
    const undone = () =>
      browser.execute(
        () => [...document.querySelectorAll('.run .state')].filter((state) => state.textContent === 'Undone').length,
      );
    for (let count = 1; count <= 2; count++) {
      for (const close of await $$('.toasts [aria-label=Close]').getElements()) await close.click();
      await undo.click();
      await $('button=Remove these records').click();
      await browser.waitUntil(async () => (await undone()) === count);
    }
    await goTo('data');
    await $('[aria-label=Search]').setValue('"about the canal"');
    await browser.waitUntil(async () => (await $$('.record').length) === 0);
  });

  it('breaks no rule of its own page', async () => {
    assert.deepEqual(await complaints(), []);
  });
});

describe('bringing data in from the command line', () => {
  let locker: RunningLocker;
  const folder = mkdtempSync(join(tmpdir(), 'locker-e2e-files-'));

  before(async () => {
    locker = await startLocker();
    await makeLocker(locker.link);
  });
  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    assert.equal(await locker.stop(), 0);
  });

  it('shows in an open browser', async () => {
    await goTo('feed');
    await $('h2=No posts yet').waitForExist();
    const file = join(folder, 'outside.json');
    writeFileSync(file, JSON.stringify(note(0)));
    await goTo('sources');
    await locker.command('import', file);
    await goTo('feed');
    await $('article').waitForExist();
    await goTo('sources');
    await $('h3=outside.json').waitForExist();
  });
});
