/** The page: asks, shows the warm start, follows what changes, and lets go of everything when the contract ends. */
import { ask, ContractOver, finish, type Place, type Tokens } from '../shared/contract.ts';
import { openLocker, Refused, type Contract, type Item, type Locker } from '../shared/locker.ts';
import { plainText } from '../shared/plain-text.ts';
import { contractWords, noticeWords, refusalWords } from '../shared/words.ts';
import { forget, keep, load } from './storage.ts';
import { byId, exchanged, happened, lines, people, problem, say, show, state, timeline } from './view.ts';

const STAR = `x-localhost-${location.port}.star`;
const FIRST_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 60_000;
const place: Place & { readonly offerFile: string } = await (await fetch('/place.json')).json();

interface Home {
  posts: Map<string, Item>;
  starred: Set<string>;
  contract: Contract | null;
  /** How far changes were followed. */
  cursor: string | null;
  /** Older posts are shown, too. */
  all: boolean;
}

/** All that is known of a contract while this page is open: nothing of it is kept. */
const home: Home = {
  posts: new Map(),
  starred: new Set(),
  contract: null,
  cursor: null,
  all: false,
};

let wake = (): void => {};
/** Waits, but not longer than until the locker says something. */
const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    wake = resolve;
    setTimeout(resolve, milliseconds);
  });
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const may = (clause: string, action: string): boolean =>
  home.contract?.authorization_details.some((it) => it.clause_id === clause && it.actions.includes(action)) === true;

function post(path: string, body: unknown): Promise<Response> {
  return fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
}

function draw(locker: Locker): void {
  const posts = [...home.posts.values()].sort((a, b) =>
    text(b.fields['published']).localeCompare(text(a.fields['published'])),
  );
  const onstar = may('stars', 'append') ? (item: Item) => void star(locker, item) : null;
  timeline({ posts, starred: home.starred, onstar }, home.all);
}

async function star(locker: Locker, { fields }: Item): Promise<void> {
  const address = text(fields['id']);
  const words = plainText(fields['content']).slice(0, 80);
  await attempt(async () => {
    await locker.append(STAR, 'stars', `star-${address}`, {
      post: address,
      words,
      published: new Date().toISOString(),
    });
    home.starred.add(address);
    draw(locker);
  });
}

/** Runs what a person asked for; what is not allowed is said in words. */
async function attempt(step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    happened(refusalWords(error));
  }
}

/** Reads all that is allowed now; what was shown under wider terms goes. */
async function warmStart(locker: Locker): Promise<void> {
  home.contract = await locker.contract();
  lines('contract', contractWords(home.contract));
  home.posts = new Map((await locker.list('social.post', 'posts')).map((item) => [item.id, item]));
  home.starred = new Set(
    may('stars', 'query') ? (await locker.list(STAR, 'stars')).map(({ fields }) => text(fields['post'])) : [],
  );
  show('compose', may('write', 'append'));
  draw(locker);
  people(await knownPeople(locker));
  show('welcome', false);
  show('home', true);
  state('Up to date');
}

async function knownPeople(locker: Locker): Promise<{ name: string; handle: string }[] | null> {
  if (!may('follows', 'query')) return null;
  const follows = await locker.list('social.follow', 'follows');
  const persons = may('people', 'query') ? await locker.list('social.person', 'people') : [];
  const byAddress = new Map(persons.map(({ fields }) => [fields['id'], fields]));
  return follows.map(({ fields }) => {
    const person = byAddress.get(fields['object']);
    const handle = text(person?.['handle'] ?? fields['object']);
    return { name: text(person?.['name']) || handle, handle };
  });
}

/** Follows the changes until the contract ends; a stream that was cut is taken up where it ended. */
async function follow(locker: Locker): Promise<never> {
  for (let wait = FIRST_WAIT_MS; ;) {
    try {
      await warmStart(locker);
      if (!may('posts', 'subscribe')) {
        state('Up to date. New posts come when you reload: you have not allowed Newcomer to be told of changes.');
        await pause(LONGEST_WAIT_MS);
        continue;
      }
      for await (const { changes, cursor } of locker.changes('posts', home.cursor, new AbortController().signal)) {
        home.cursor = cursor;
        for (const change of changes) {
          if (change.kind === 'put') home.posts.set(change.id, change);
          else home.posts.delete(change.id);
        }
        draw(locker);
        state('Live');
        wait = FIRST_WAIT_MS;
      }
      state('The stream ended. Looking why …');
    } catch (error) {
      if (error instanceof ContractOver) throw error;
      state(error instanceof Refused ? refusalWords(error) : 'Your locker does not answer. Trying again …');
      await pause(wait);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    }
  }
}

/** Lets go of everything of a contract, also of what is on screen. */
async function erase(grant: string): Promise<void> {
  await forget('tokens');
  home.posts.clear();
  home.starred.clear();
  home.contract = null;
  home.cursor = null;
  for (const id of ['posts', 'people', 'contract', 'wire']) byId(id).replaceChildren();
  say('count', '');
  show('home', false);
  show('welcome', true);
  await post('/erased', { grant });
}

async function live(tokens: Tokens): Promise<void> {
  state('Reading …');
  const locker = openLocker(place, tokens, {
    keep: (fresh) => keep('tokens', fresh),
    revised: () => happened('You changed the contract. Newcomer shows what is left.'),
    exchanged,
  });
  byId('compose').addEventListener('submit', (event) => {
    event.preventDefault();
    const box = byId('text');
    if (!(box instanceof HTMLTextAreaElement) || box.value.trim() === '') return;
    const content = box.value.trim();
    void attempt(async () => {
      const published = new Date().toISOString();
      await locker.append('social.post', 'write', crypto.randomUUID(), { content, published, mine: true });
      box.value = '';
      happened('Your post is in your locker.');
    });
  });
  byId('more').addEventListener('click', () => {
    home.all = true;
    draw(locker);
  });
  byId('give-back').addEventListener('click', () => void attempt(() => locker.giveBack()));
  try {
    await follow(locker);
  } catch (error) {
    if (!(error instanceof ContractOver)) throw error;
    await erase(tokens.grantId);
    state('The contract is over');
    problem('You ended this contract in your locker. Newcomer has let go of everything it had read.');
  }
}

function askProblem(error: unknown): string {
  const name = error instanceof Error && 'error' in error ? String(error.error) : '';
  if (name === 'access_denied') return 'You said no, or too much time went by. Nothing was read.';
  if (name === 'temporarily_unavailable')
    return 'Your locker already asks you something, or is locked. Answer there first.';
  if (name === 'invalid_client') return 'Your locker does not know Newcomer yet. See below how to change that.';
  if (error instanceof TypeError) {
    return `The locker at ${place.locker} does not answer Newcomer: it is closed, or does not know Newcomer yet. See below.`;
  }
  return `That did not work: ${error instanceof Error ? error.message : String(error)}`;
}

async function begin(): Promise<void> {
  const back = new URL(location.href);
  const asked = await load('asked');
  if (back.pathname === '/back' && asked !== undefined) {
    await forget('asked');
    history.replaceState(null, '', '/');
    const tokens = await finish(place, asked, back);
    await keep('tokens', tokens);
    await post('/kept', { grant: tokens.grantId });
  }
  const tokens = await load('tokens');
  if (tokens !== undefined) return live(tokens);
  show('welcome', true);
}

byId('ask').addEventListener('click', () => {
  problem('');
  state('Asking …');
  ask(place)
    .then(async ({ address, asked }) => {
      await keep('asked', asked);
      location.assign(address);
    })
    .catch((error: unknown) => {
      state('');
      problem(askProblem(error));
      byId('how').toggleAttribute('open', true);
    });
});
new EventSource('/events').addEventListener('message', ({ data }) => {
  const { kind }: { kind: string } = JSON.parse(String(data));
  happened(
    kind === 'erasure.answered' ? 'Everything is erased, and your locker has it in writing.' : noticeWords(kind),
  );
  wake();
});
// A refresh token works once, so only one tab may have it.
void navigator.locks.request('newcomer', { ifAvailable: true }, async (lock) => {
  if (lock === null) {
    state('Newcomer is open in another tab.');
    return;
  }
  try {
    await begin();
  } catch (error) {
    state('');
    show('welcome', true);
    problem(askProblem(error));
  }
  await new Promise(() => {});
});
