import { $, $$, browser } from '@wdio/globals';
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { violations } from './support/axe.ts';
import { startLocker, type RunningLocker } from './support/locker.ts';
import { freePort } from './support/newcomer.ts';
import { picture } from './support/picture.ts';
import { makeProgram, postsClause, type Program } from './support/program.ts';
import { complaints, goTo, openFeed, toastSays } from './support/screens.ts';

const POSTS = postsClause();
const FOLLOWS = postsClause({
  clause_id: 'follows',
  datatypes: ['social.follow'],
  fields: ['object'],
  filter: [],
  window: {},
  necessity: 'optional',
  purpose_text: { en: { short: 'A page of thanks', long: 'Whom you follow, on the last page.' } },
});
const WIDER = postsClause({ fields: ['content', 'published', 'likes'], window: { rolling: 'P365D' } });

const NOTHING_LEFT = /With these limits nothing is left of it/;

/** What the owner decides about a program, on every screen where it can be decided. */
describe('contracts', () => {
  let locker: RunningLocker;
  let program: Program;
  let services = '';
  let lockerTab = '';
  let pageTab = '';
  let grant = '';

  before(async () => {
    const port = await freePort();
    locker = await startLocker(['--sample', '--service-port', String(port)]);
    services = `http://127.0.0.1:${port}`;
    program = await makeProgram(services, 'Diary');
    await browser.setViewport({ width: 1440, height: 900 });
    await openFeed(locker.link);
    lockerTab = await browser.getWindowHandle();
    await browser.newWindow('about:blank');
    pageTab = await browser.getWindowHandle();
    await browser.switchToWindow(lockerTab);
  });
  after(async () => {
    program[Symbol.dispose]();
    assert.equal(await locker.stop(), 0);
  });

  /** Presses what nothing lies over: messages go after a while. */
  async function press(what: string, within = 'body'): Promise<void> {
    const element = $(within).$(what);
    await element.scrollIntoView({ block: 'center' });
    await element.waitForClickable();
    await element.click();
  }

  async function choose(file: string): Promise<void> {
    await goTo('services');
    await $('input[type=file]').setValue(file);
  }

  async function add(file: string): Promise<void> {
    await choose(file);
    await press('button=Close', 'dialog');
    await $('dialog').waitForExist({ reverse: true });
  }

  /** Asks in the other tab, and opens the request in the locker. @returns the number that the other tab shows */
  async function ask(
    clauses: Parameters<Program['ask']>[0],
    more: Record<string, string> = {},
    who = program,
  ): Promise<string> {
    const waiting = await who.ask(clauses, more);
    await browser.switchToWindow(pageTab);
    await browser.url(waiting);
    await $('#number').waitForExist();
    const number = await $('#number').getText();
    await browser.switchToWindow(lockerTab);
    await openRequest();
    return number;
  }

  async function openRequest(): Promise<void> {
    await $('a=See what it asks').waitForExist();
    await $('a=See what it asks').click();
    await $('h2=Your answer').waitForExist();
    await browser.waitUntil(async () => !/Working it out/.test(await $('main').getText()));
  }

  async function pickNumber(number: string): Promise<void> {
    await $(`//fieldset//label[normalize-space()="${number}"]`).click();
  }

  /** What the waiting tab was sent back with. */
  async function answer(who = program): Promise<URLSearchParams> {
    await browser.switchToWindow(pageTab);
    await browser.waitUntil(async () => (await browser.getUrl()).startsWith(who.redirectUri));
    const { searchParams } = new URL(await browser.getUrl());
    await browser.switchToWindow(lockerTab);
    return searchParams;
  }

  async function openService(name = 'Diary'): Promise<void> {
    await goTo('services');
    await $(`article*=${name}`).$('a').click();
    await $('button*=this service').waitForExist();
  }

  it('a link to this computer is not followed, and the screen says so; the text of the file is taken instead', async () => {
    using pamphlet = await makeProgram(services, 'Pamphlet');
    const file = await pamphlet.file({ version: 1, clauses: [POSTS, FOLLOWS] });
    await goTo('services');
    const link = $('//label[normalize-space()="Link of a service or its offer"]/following::input[1]');
    await link.setValue(`http://${pamphlet.host}/contract`);
    await press('button=Look at it');
    await browser.waitUntil(async () => (await link.getAttribute('aria-invalid')) === 'true');
    assert.match(await $('section*=Add a service').getText(), /Only a link that starts with https/);
    assert.deepEqual(await violations(), []);
    await picture('add-link-refused');
    await browser.execute(
      (text: string) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData('text', text);
        const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
        document.querySelector('form input[inputmode=url]')?.dispatchEvent(event);
      },
      await readFile(file, 'utf8'),
    );
    await $('dialog').waitForExist();
    const shown = await $('dialog').getText();
    assert.match(shown, /would ask for this/);
    assert.match(shown, /Nothing has been given out/);
    assert.equal(await link.getAttribute('aria-invalid'), 'false');
    await picture('add-pasted');
    await press('button=Close', 'dialog');
    await $('dialog').waitForExist({ reverse: true });
  });

  it('a request is denied, and nothing was given out', async () => {
    // A no lets a service wait before it may ask again, so this is another one.
    using leaflet = await makeProgram(services, 'Leaflet');
    await add(await leaflet.file({ version: 1, clauses: [POSTS, FOLLOWS] }));
    await ask([POSTS, FOLLOWS], {}, leaflet);
    const prompt = await $('main').getText();
    assert.match(prompt, /It calls itself “Leaflet”/);
    assert.match(prompt, /Enforced by your locker/);
    assert.match(prompt, /Promised by the service/);
    assert.deepEqual(await violations(), []);
    await picture('contracts-new');
    await press('button=Deny');
    await toastSays('Denied');
    assert.equal((await answer(leaflet)).get('error'), 'access_denied');
    await openService('Leaflet');
    assert.match(await $('main').getText(), /It has no access/);
    await assert.rejects(leaflet.ask([POSTS]), /temporarily_unavailable/);
  });

  it('a request is allowed as it is', async () => {
    await add(await program.file({ version: 1, clauses: [POSTS, FOLLOWS] }));
    await pickNumber(await ask([POSTS]));
    await $('button=Allow').waitForEnabled();
    await press('button=Allow');
    await toastSays('has access now');
    const reply = await program.exchange((await answer()).get('code') ?? '');
    grant = String(reply.body['grant_id']);
    assert.match(grant, /^[\w-]{22}$/);
    await $('h1').waitForExist();
    assert.deepEqual(await violations(), []);
    await picture('contracts-service');
  });

  it('more is asked for on the same contract, and only what is more is shown', async () => {
    await pickNumber(await ask([FOLLOWS], { grant_management_action: 'merge', grant_id: grant }));
    assert.match(await $('main').getText(), /asks for more/);
    assert.match(await $('main').getText(), /A page of thanks/);
    assert.deepEqual(await violations(), []);
    await picture('contracts-merge');
    await press('[role=switch]');
    await $('button=Allow').waitForEnabled();
    await press('button=Allow');
    await toastSays('has access now');
    await answer();
  });

  it('a change of everything shows what would change', async () => {
    await ask([{ ...POSTS, fields: ['content'] }], { grant_management_action: 'replace', grant_id: grant });
    assert.match(await $('main').getText(), /asks to change it/);
    assert.match(await $('main').getText(), /No longer asked for/);
    assert.deepEqual(await violations(), []);
    await picture('contracts-replace');
    await press('button=Deny');
    await toastSays('Denied');
    await answer();
  });

  it('a new version that wants more, and of somebody else, waits for a yes', async () => {
    await add(await program.file({ version: 2, clauses: [WIDER, FOLLOWS], controller: 'Paper Holding' }));
    await openRequest();
    const prompt = await $('main').getText();
    assert.match(prompt, /changed its terms/);
    assert.match(prompt, /Someone else would be responsible/);
    assert.match(prompt, /Until now: Diary Press .*From your yes on: Paper Holding/);
    assert.match(prompt, /More than before/);
    assert.match(prompt, /If you keep the old terms, it goes on with them until/);
    assert.deepEqual(await violations(), []);
    await picture('contracts-version');
    await press('button=Keep the old terms');
    await toastSays('The old terms stay');
    await openService();
    assert.match(await $('main').getText(), /Diary Press/);
    assert.doesNotMatch(await $('main').getText(), /Paper Holding/);
    await add(await program.file({ version: 3, clauses: [WIDER, FOLLOWS] }));
    await openRequest();
    assert.doesNotMatch(await $('main').getText(), /Someone else would be responsible/);
    await press('button=Accept the new terms');
    await toastSays('has access now');
    // The service's page opens by itself.
    await browser.waitUntil(async () => (await browser.getUrl()).includes('#/services/'));
  });

  it('a warning is read and put away', async () => {
    await choose(await program.file({ version: 1, clauses: [POSTS] }));
    await $('p*=That version of the offer is older').waitForExist();
    await openService();
    await $('button=I have read this').waitForExist();
    assert.match(await $('.warnings').getText(), /older version of its offer/);
    assert.deepEqual(await violations(), []);
    await picture('contracts-warning');
    await press('button=I have read this');
    await toastSays('Put away');
    await $('.warnings').waitForExist({ reverse: true });
  });

  it('a standing rule holds for what is in force, and is taken back', async () => {
    await goTo('settings');
    await press('label=Follows');
    await toastSays(/rule|saved|force/i);
    await picture('contracts-rules');
    await openService();
    await browser.waitUntil(async () => NOTHING_LEFT.test(await $('main').getText()));
    await goTo('settings');
    await press('label=Follows');
    await openService();
    await $('h3=Follows').waitForExist();
    await browser.waitUntil(async () => !NOTHING_LEFT.test(await $('main').getText()));
  });

  it('what has the focus is never under the line of the limits, on a narrow screen', async () => {
    await openService();
    await browser.setViewport({ width: 360, height: 640 });
    await press('button=Limit this');
    await $('.limits').waitForExist();
    await browser.execute(() => document.querySelector<HTMLElement>('.limits input')?.focus());
    const controls = await $$('.limits :is(input, select, button)').length;
    assert.ok(controls > 6);
    for (let n = 1; n < controls; n++) {
      await browser.keys('Tab');
      const hidden = await browser.execute(() => {
        const focused = document.activeElement;
        const line = document.querySelector('.limits .line');
        if (focused === null || line === null || line.contains(focused) || focused.closest('.limits') === null)
          return '';
        const { bottom, top } = focused.getBoundingClientRect();
        const isUnder = bottom > line.getBoundingClientRect().top && top < line.getBoundingClientRect().bottom;
        return isUnder || top < 0 || bottom > innerHeight
          ? `${focused.outerHTML.slice(0, 120)} at ${top}–${bottom}`
          : '';
      });
      assert.equal(hidden, '');
    }
    await picture('contracts-limits');
    await browser.setViewport({ width: 1440, height: 900 });
  });

  it('another program under the same address takes its place only by the owner’s word', async () => {
    using other = await makeProgram(services, 'Diary', program.host);
    const file = await other.file({ version: 1, clauses: [POSTS] });
    await choose(file);
    await $('h2=Is this still “Diary”?').waitForExist();
    assert.deepEqual(await violations(), []);
    await picture('contracts-other-keys');
    await press('button=Cancel', 'dialog');
    await openService();
    assert.match(await $('main').getText(), /Has access/);
    await choose(file);
    await press('button=End its access and replace it', 'dialog');
    await press('button=Close', 'dialog');
    await openService();
    assert.doesNotMatch(await $('main').getText(), /Has access/);
    await $('.erasure').waitForExist();
    assert.match(await $('.erasure').getText(), /gave no address at which it could be told/);
    await picture('contracts-erasure');
  });

  it('a service is blocked and can no longer ask', async () => {
    await press('button=Block this service');
    await $('dialog').waitForExist();
    assert.deepEqual(await violations(), []);
    await picture('contracts-block');
    await press('button=Block', 'dialog');
    await toastSays('is blocked');
    await $('button=Unblock this service').waitForExist();
    await assert.rejects(program.ask([POSTS]), /blocked|access_denied|invalid_client/);
    assert.deepEqual(await complaints(), []);
  });
});
