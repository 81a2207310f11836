import './api/no-eval.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/menu.css';
import { mount } from 'svelte';
import App from './app/App.svelte';
import { Session } from './app/session.svelte.ts';

history.scrollRestoration = 'manual';

const session = new Session({
  fetch: (input, init) => fetch(input, init),
  storage: sessionStorage,
  address: {
    hash: () => location.hash,
    clear: () => history.replaceState(null, '', location.pathname + location.search),
  },
});

const target = document.getElementById('app');
if (target !== null) mount(App, { target, props: { session } });
