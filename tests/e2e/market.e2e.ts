import { $, browser } from '@wdio/globals';
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  addPublisher,
  beginRepository,
  packFolder,
  publishRepository,
  revokeIn,
  rootFingerprint,
  signInto,
} from '../../main/authoring/index.ts';
import { violations } from './support/axe.ts';
import { startLocker, type RunningLocker } from './support/locker.ts';
import { picture } from './support/picture.ts';
import { field, named, openFeed, toastSays } from './support/screens.ts';

const EXAMPLES = join(import.meta.dirname, '../../examples/algorithm');

/** The next version of the blocker: it reads the length of posts, too, and hides long ones. */
function hidingMore(bytes: string): string {
  const packed = JSON.parse(bytes) as { manifest: { version: string; needs: { post: string[] } } };
  packed.manifest.version = '1.1.0';
  packed.manifest.needs.post.push('chars');
  const code = `module.exports = { decide: ({ n, u32 }) => {
    const row = Uint32Array.from({ length: n }, (_, at) => at).filter((at) => u32.chars[at] > 60);
    return { row, severity: new Uint8Array(row.length).fill(3), target: new Uint8Array(row.length),
      reason: new Uint16Array(row.length), args: new Float64Array(row.length * 2) };
  } };`;
  return JSON.stringify({ ...packed, code, vectors: [] });
}

describe('the marketplace', () => {
  let locker: RunningLocker;
  let folder: string;
  let server: Server;
  let kept: Parameters<typeof publishRepository>[0];
  let bytes: string;
  let blocker: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'locker-market-e2e-'));
    kept = { repository: join(folder, 'repository'), keys: join(folder, 'keys'), now: Date.now };
    await beginRepository(kept, 1, 1);
    await addPublisher(kept, 'example', 'com.example', null);
    ({ bytes } = await packFolder(join(EXAMPLES, 'slow-talk')));
    blocker = (await packFolder(join(EXAMPLES, 'bare-links'))).bytes;
    for (const one of [bytes, blocker]) await signInto(kept, 'example', one);
    await publishRepository(kept);
    server = createServer((request, response) => {
      readFile(join(kept.repository, decodeURIComponent(request.url ?? ''))).then(
        (file) => response.end(file),
        () => response.writeHead(404).end(),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    locker = await startLocker(['--sample']);
    await browser.setViewport({ width: 1440, height: 900, devicePixelRatio: 1 });
    await openFeed(locker.link);
    await browser.execute(() => {
      location.hash = '#/algorithms?part=market';
    });
    await $('h2=Repositories').waitForExist();
  });
  after(async () => {
    server.close();
    await rm(folder, { recursive: true, force: true });
    assert.equal(await locker.stop(), 0);
  });

  it('shows what came with the app, and finds it by words and by what it is for', async () => {
    await $('h2=Newest first').waitForExist();
    await field('Search').setValue('hacker');
    await $('h2=Newest first').waitForExist({ reverse: true });
    await $('h2=Hacker News heat').waitForExist();
    await field('Search').setValue('');
    await browser.keys(['a', 'Backspace']);
    await $('h2=Newest first').waitForExist();
    assert.deepEqual(await violations(), []);
    await picture('market');
  });

  it('adds a repository once its fingerprint was compared', async () => {
    const { port } = server.address() as AddressInfo;
    await field('Its address').setValue(`http://127.0.0.1:${port}`);
    await $('button=Look').click();
    await $('h4=Fingerprint of its root').waitForExist();
    const shown = (await $('.fingerprint').getText()).replaceAll(/\s/g, '');
    assert.equal(shown, await rootFingerprint(kept.repository));
    assert.equal(await $('button=Add it').isEnabled(), false);
    await $('label=It is the same').click();
    await field('What you call it').setValue('Town square');
    assert.deepEqual(await violations(), []);
    await $('button=Add it').click();
    await toastSays('Town square is added.');
    await $('h2=Slow talk').waitForExist();
  });

  it('shows what a package reads and how it does, and installs it by an explicit act', async () => {
    await named('Look at it: Slow talk').click();
    await $('dialog').waitForExist();
    await $('li=how many replies a post has').waitForExist();
    assert.match(await $('dialog').getText(), /Its 4 own examples come out as they must/);
    assert.deepEqual(await violations(), []);
    await picture('market-package');
    await $('dialog').$('button=Install').click();
    await toastSays(/Slow talk 1\.0\.0 is installed/);
    await $('dialog').waitForExist({ reverse: true });
  });

  it('is narrowed by what an algorithm does, what it is for and the language of its texts', async () => {
    const shown = async (): Promise<string[]> =>
      browser.execute(() => [...document.querySelectorAll('.cards h2')].map((title) => title.textContent ?? ''));
    await field('Language').selectByVisibleText('German');
    await browser.waitUntil(async () => (await shown()).join() === 'Slow talk');
    await field('What it does').selectByVisibleText('Hide or mark posts');
    await $('p*=Nothing here fits.').waitForExist();
    assert.deepEqual(await violations(), []);
    await field('Language').selectByVisibleText('Any');
    await browser.waitUntil(async () => (await shown()).includes('Muted words'));
    await field('What for').selectByVisibleText('Calm');
    await browser.waitUntil(async () => !(await shown()).includes('Lockout'));
    assert.ok((await shown()).includes('Bare links'));
    assert.ok(!(await shown()).includes('Slow talk'));
    for (const label of ['What for', 'What it does']) await field(label).selectByVisibleText('Any');
    await $('h2=Newest first').waitForExist();
  });

  it('says before an update what it changes on the owner’s posts, and whom it newly hides', async () => {
    await named('Look at it: Bare links').click();
    await $('dialog').$('button=Install').waitForEnabled();
    await $('dialog').$('button=Install').click();
    await toastSays(/Bare links 1\.0\.0 is installed/);
    await browser.execute(() => {
      location.hash = '#/algorithms?part=installed';
    });
    await named('Add to the mix: Bare links').click();
    await toastSays('Bare links is in your mix now.');
    await signInto(kept, 'example', hidingMore(blocker));
    await publishRepository(kept);
    await browser.execute(() => {
      location.hash = '#/algorithms?part=market';
    });
    await named('Ask for news: Town square').click();
    await $('span=Newer version').waitForExist();
    await named('Look at it: Bare links').click();
    await $('h3=What changes for you').waitForExist();
    await $('p*=Versions 1.0.0 and 1.1.0 in your mix').waitForExist();
    const says = await $('dialog').getText();
    assert.match(says, /It hides \d[\d,]* posts that you see now\./);
    assert.match(says, /It reads more than the version you have: how long a post is/);
    assert.ok(await $('h4=Newly hides posts of').isExisting());
    assert.deepEqual(await violations(), []);
    await picture('market-update');
    // It reads more: without a word of its own about that it is not installed.
    assert.equal(await $('dialog').$('button=Update').isEnabled(), false);
    await $('label=It may read this, too').click();
    await $('dialog').$('button=Update').click();
    await toastSays(/Bare links 1\.1\.0 is installed/);
  });

  it('says when it was taken back, and why', async () => {
    await revokeIn(kept, bytes, 'It counted twice.');
    await named('Ask for news: Town square').click();
    await toastSays('Town square is up to date.');
    await $('p*=Taken back by its repository: It counted twice.').waitForExist();
    await browser.execute(() => {
      location.hash = '#/algorithms?part=installed';
    });
    await $('button=Run it nevertheless').waitForExist();
    assert.deepEqual(await violations(), []);
    await $('button=Run it nevertheless').click();
    await $('button=Stop it').waitForExist();
  });
});
