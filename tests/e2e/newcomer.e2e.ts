import { $, $$, browser } from '@wdio/globals';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { violations } from './support/axe.ts';
import { startLocker, type RunningLocker } from './support/locker.ts';
import { freePort, startNewcomer, type RunningNewcomer } from './support/newcomer.ts';
import { picture } from './support/picture.ts';
import { complaints, field, goTo, openFeed, toastSays } from './support/screens.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Exchange {
  readonly path: string;
  readonly status: number;
  readonly body: string;
}

/** What the page exchanged with the locker, newest first, byte for byte. */
async function exchanges(path: string): Promise<Exchange[]> {
  const all = await browser.execute(() =>
    [...document.querySelectorAll<HTMLElement>('#wire li')].map((item) => ({
      path: item.dataset['path'] ?? '',
      status: Number(item.dataset['status']),
      body: item.querySelector('pre')?.textContent ?? '',
    })),
  );
  return all.filter((one) => one.path.startsWith(path));
}

async function addService(offerFile: string): Promise<void> {
  await goTo('services');
  await $('input[type=file]').setValue(offerFile);
  await $('dialog').waitForExist();
  assert.match(await $('dialog').getText(), /Nothing has been given out/);
  await $('dialog').$('button=Close').click();
}

/** In the locker's tab: opens what asks. */
async function openRequest(): Promise<void> {
  await $('a=See what it asks').waitForExist();
  await $('a=See what it asks').click();
  await $('h2=Your answer').waitForExist();
}

/** Optional parts are off until they are switched on. */
async function switchOn(words: string): Promise<void> {
  await $(`article*=${words}`).$('[role=switch]').click();
}

async function allow(number: string): Promise<void> {
  const allowing = $('button=Allow');
  assert.equal(await allowing.isEnabled(), false);
  await $(`//fieldset//label[normalize-space()="${number}"]`).click();
  await allowing.waitForEnabled();
  await allowing.click();
  await toastSays('has access now');
}

function verify(file: string): { code: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['main/core/cli.ts', 'verify', file], {
    cwd: root,
    encoding: 'utf8',
  });
  return { code: status, said: stdout + stderr };
}

describe('a newcomer', () => {
  let locker: RunningLocker;
  let newcomer: RunningNewcomer;
  let services = '';
  let lockerTab = '';
  let pageTab = '';
  let number = '';

  before(async () => {
    const port = await freePort();
    services = `http://127.0.0.1:${port}`;
    locker = await startLocker(['--sample', '--service-port', String(port)]);
    newcomer = await startNewcomer(services);
    await openFeed(locker.link);
    lockerTab = await browser.getWindowHandle();
  });
  after(async () => {
    await newcomer.stop();
    assert.equal(await locker.stop(), 0);
  });

  it('that the locker does not know is told what to do', async () => {
    await browser.newWindow(newcomer.origin);
    pageTab = await browser.getWindowHandle();
    await $('#welcome').waitForDisplayed();
    assert.deepEqual(await violations(), []);
    await $('button=Ask my locker').click();
    await $('#problem').waitForDisplayed();
    assert.match(await $('#problem').getText(), /does not know Newcomer yet/);
    assert.equal(await $('#how').getAttribute('open'), 'true');
  });

  it('is added by its file and asks; the prompt shows what it would get', async () => {
    await browser.switchToWindow(lockerTab);
    await addService(newcomer.offerFile);
    await browser.switchToWindow(pageTab);
    await $('button=Ask my locker').click();
    await $('h1=Answer in your locker').waitForExist();
    assert.equal(new URL(await browser.getUrl()).origin, services);
    number = await $('#number').getText();
    assert.match(number, /^\d\d$/);
    assert.deepEqual(await violations(), []);

    await browser.switchToWindow(lockerTab);
    await openRequest();
    const prompt = await $('main').getText();
    assert.match(prompt, /On this computer, identity not verified/);
    assert.match(prompt, /Start with what you wrote/);
    assert.match(prompt, /Enforced by your locker/);
    assert.match(prompt, /Promised by the service/);
    await $('.preview table').waitForExist();
    assert.match(await $('.preview').getText(), /\d+ posts with 7 fields/);
    assert.deepEqual(await violations(), []);
    await picture('prompt');
  });

  it('gets exactly what is left after two fields and the period are limited', async () => {
    const card = $('article*=Start with what you wrote');
    await card.$('button=Limit this').click();
    await card.$('label=Tags').click();
    await card.$('label=Link to the original').click();
    await field('Period').selectByAttribute('value', 'P30D');
    await browser.waitUntil(async () => /with 5 fields/.test(await card.$('.preview').getText()));
    const promised = Number(/(\d+) posts? with 5 fields/.exec(await card.$('.preview').getText())?.[1]);
    assert.ok(promised > 0);
    for (const part of ['Find the people', 'Know them by', 'Keep what you write', 'Keep your stars'])
      await switchOn(part);
    await browser.waitUntil(async () => (await $$('.preview table').length) >= 3);
    assert.deepEqual(await violations(), []);
    await picture('prompt-limited');
    await allow(number);

    await browser.switchToWindow(pageTab);
    await $('#home').waitForDisplayed();
    await browser.waitUntil(async () => (await $('#state').getText()) === 'Live');
    assert.equal(new URL(await browser.getUrl()).href, `${newcomer.origin}/`);
    const [list] = await exchanges('/v1/records/social.post?clause=posts');
    assert.equal(list?.status, 200);
    const { items } = JSON.parse(list?.body ?? '') as { items: { id: string; fields: Record<string, unknown> }[] };
    assert.equal(items.length, promised);
    const released = new Set(items.flatMap(({ fields }) => Object.keys(fields)));
    for (const name of released) assert.ok(['id', 'published', 'content', 'language', 'likes'].includes(name), name);
    assert.ok(!list?.body.includes('"tags"') && !list?.body.includes('"url"'));
    const oldest = Math.min(...items.map(({ fields }) => Date.parse(String(fields['published']))));
    assert.ok(Date.now() - oldest < 30 * 86_400_000);
    assert.equal(await $('#count').getText(), `${promised} post${promised === 1 ? '' : 's'}`);
    assert.match(await $('#contract').getText(), /posts: .*id, language, likes, published · the last 30 days/);
    assert.ok((await $$('#people li').length) > 3);
    assert.deepEqual(await violations(), []);
    await picture('newcomer');
  });

  it('writes back what the owner then has, and is told of it as it is told of everything', async () => {
    await $('#text').setValue('My first words over here.');
    await $('button=Post').click();
    await browser.waitUntil(async () => /My first words over here/.test(await $('#posts').getText()));
    await $('button[aria-label="Star this post"]').click();
    await $('button[aria-label="Starred"]').waitForExist();

    await browser.switchToWindow(lockerTab);
    await goTo('data');
    await $('input[type=search]').setValue('first words over here');
    await browser.waitUntil(async () => /My first words over here/.test(await $('main').getText()));
    await browser.switchToWindow(pageTab);
  });

  it('sees a limit at once', async () => {
    await browser.switchToWindow(lockerTab);
    await goTo('services');
    await $('article a').click();
    const card = $('article*=Start with what you wrote');
    await card.$('button=Limit this').click();
    await card.$('label=Number of likes').click();
    await $('button=Save these limits').waitForEnabled();
    await $('button=Save these limits').click();
    await toastSays('The new limits are in force');
    await browser.switchToWindow(pageTab);
    await browser.waitUntil(async () => !/likes/.test(await $('#contract').getText()));
    assert.match(await $('#happened').getText(), /You changed the contract/);
    await browser.waitUntil(async () => (await $('#state').getText()) === 'Live');
    const [list] = await exchanges('/v1/records/social.post?clause=posts');
    assert.ok(!list?.body.includes('"likes"'));
  });

  it('is stopped while it streams, gets a 401, and says signed that it has erased', async () => {
    await browser.execute(() => {
      // The page lets go of this list, too; the test wants to see its last line.
      const seen: string[] = [];
      Object.assign(window, { seen });
      new MutationObserver((changes) => {
        for (const { addedNodes } of changes) {
          for (const node of addedNodes) if (node instanceof HTMLElement) seen.push(node.dataset['status'] ?? '');
        }
      }).observe(document.getElementById('wire') ?? document, { childList: true });
    });
    await browser.switchToWindow(lockerTab);
    await $('button=Withdraw').click();
    await $('dialog').$('button=Withdraw access').click();
    await toastSays('has no access any more');

    await browser.switchToWindow(pageTab);
    await $('#problem').waitForDisplayed();
    assert.match(await $('#problem').getText(), /You ended this contract/);
    assert.equal(await $('#home').isDisplayed(), false);
    assert.equal(await $$('#posts li').length, 0);
    const statuses = await browser.execute(() => (window as unknown as { seen: string[] }).seen);
    assert.ok(statuses.includes('401'), statuses.join());
    await browser.waitUntil(() => newcomer.said().includes('said so to the locker, signed'));

    await browser.switchToWindow(lockerTab);
    await browser.refresh();
    await $('.erasure.answered').waitForExist();
    assert.match(await $('.erasure').getText(), /It says that everything was erased on/);
    await picture('service-over');
  });

  it('leaves receipts and a log that verify offline; one altered byte is named', async () => {
    await goTo('activity');
    await browser.execute(() => {
      const saved: string[] = [];
      Object.assign(window, { saved });
      const make = URL.createObjectURL.bind(URL);
      URL.createObjectURL = (blob: Blob) => {
        void blob.text().then((text) => saved.push(text));
        return make(blob);
      };
    });
    await $('button=Save as a file').click();
    let bundle = '';
    await browser.waitUntil(async () => {
      bundle = (await browser.execute(() => (window as unknown as { saved: string[] }).saved[0])) ?? '';
      return bundle !== '';
    });
    const file = join(newcomer.folder, 'bundle.ndjson');
    writeFileSync(file, bundle);
    const whole = verify(file);
    assert.match(whole.said, /Intact: \d+ receipts and \d+ log entries/);
    assert.equal(whole.code, 0);

    const at = bundle.indexOf('"rows":', bundle.indexOf('"log":[')) + '"rows":'.length;
    const digit = bundle.charAt(at) === '0' ? '1' : '0';
    writeFileSync(file, bundle.slice(0, at) + digit + bundle.slice(at + 1));
    const altered = verify(file);
    assert.match(altered.said, /^Altered\. .*log/i);
    assert.notEqual(altered.code, 0);
    assert.deepEqual(await complaints(), []);
  });

  it('does the same in a terminal', async () => {
    const program = await startNewcomer(services, ['--program']);
    const saying = (words: RegExp): Promise<true | void> =>
      browser.waitUntil(() => words.test(program.said()), { timeoutMsg: program.said() });
    try {
      await saying(/does not know Newcomer yet/);
      await addService(program.offerFile);
      await saying(/request_uri=/);
      await browser.switchToWindow(pageTab);
      await browser.url(/^http\S+request_uri=\S+$/m.exec(program.said())?.[0] ?? '');
      await $('#number').waitForExist();
      const shown = await $('#number').getText();
      await browser.switchToWindow(lockerTab);
      await openRequest();
      await switchOn('Keep what you write');
      await allow(shown);
      await saying(/\d+ posts of yours/);
      await saying(/Wrote into your locker/);
      await saying(/new: .*Hello from Newcomer/);
      assert.ok(existsSync(join(program.folder, 'timeline.json')));
      await $('button=Withdraw').click();
      await $('dialog').$('button=Withdraw access').click();
      await saying(/has erased its copy/);
      await browser.waitUntil(() => program.exitCode() === 0, { timeoutMsg: program.said() });
      assert.ok(!existsSync(join(program.folder, 'timeline.json')));
    } finally {
      await program.stop();
    }
  });
});
