/**
 * The screens over a locker that lives in the page: for drawing and trying them without a core.
 * `vite --config renderer/vite.config.ts`, then /dev/?posts=100000&state=new|locked|open&theme=dark&asks=new|merge|version|local|two&empty.
 */
import '../api/no-eval.ts';
import '../styles/tokens.css';
import '../styles/base.css';
import '../styles/menu.css';
import { mount } from 'svelte';
import App from '../app/App.svelte';
import { Session } from '../app/session.svelte.ts';
import { createFakeLocker } from './fake-locker.ts';
import type { Asks } from './fake-services.ts';

history.scrollRestoration = 'manual';
const query = new URLSearchParams(location.search);
const theme = query.get('theme');
const ASKS: readonly Asks[] = ['new', 'merge', 'version', 'local', 'two'];
const fake = createFakeLocker({
  posts: query.has('empty') ? 0 : Number(query.get('posts') ?? 800),
  asks: ASKS.find((asks) => asks === query.get('asks')) ?? 'none',
  empty: query.has('empty'),
  state: query.get('state') === 'new' ? 'new' : 'open',
  theme: theme === 'dark' || theme === 'light' ? theme : 'system',
});
if (query.get('state') === null) sessionStorage.setItem('locker.token', 'made-up');
if (query.get('state') === 'locked') sessionStorage.removeItem('locker.token');

const session = new Session({
  fetch: fake,
  storage: sessionStorage,
  address: {
    hash: () => location.hash,
    clear: () => history.replaceState(null, '', location.pathname + location.search),
  },
});
const target = document.getElementById('app');
if (target !== null) mount(App, { target, props: { session } });
