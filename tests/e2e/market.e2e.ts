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

const EXAMPLE = join(import.meta.dirname, '../../examples/algorithm/slow-talk');

describe('the marketplace', () => {
  let locker: RunningLocker;
  let folder: string;
  let server: Server;
  let kept: Parameters<typeof publishRepository>[0];
  let bytes: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'locker-market-e2e-'));
    kept = { repository: join(folder, 'repository'), keys: join(folder, 'keys'), now: Date.now };
    await beginRepository(kept, 1, 1);
    await addPublisher(kept, 'example', 'com.example', null);
    ({ bytes } = await packFolder(EXAMPLE));
    await signInto(kept, 'example', bytes);
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

  it('says when it was taken back, and why', async () => {
    await revokeIn(kept, bytes, 'It counted twice.');
    await named('Ask Town square for news').click();
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
