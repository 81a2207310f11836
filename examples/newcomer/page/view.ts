/** Draws. Whatever came from a locker becomes text, never markup. */
import type { Exchange, Item } from '../shared/locker.ts';
import { plainText } from '../shared/plain-text.ts';

const FIRST = 30;
const MOST_LINES = 40;

export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`no ${id}`);
  return found;
}

export function show(id: string, visible: boolean): void {
  byId(id).hidden = !visible;
}

export function say(id: string, text: string): void {
  byId(id).textContent = text;
}

function made(name: string, className: string, ...parts: readonly (string | Node)[]): HTMLElement {
  const element = document.createElement(name);
  if (className !== '') element.className = className;
  element.append(...parts);
  return element;
}

export function state(text: string): void {
  say('state', text);
}

export function problem(text: string): void {
  say('problem', text);
  show('problem', text !== '');
}

export function happened(text: string): void {
  const time = made('time', '', new Date().toLocaleTimeString(undefined, { timeStyle: 'short' }));
  byId('happened').prepend(made('li', '', time, text));
}

export function lines(id: string, texts: readonly string[]): void {
  byId(id).replaceChildren(...texts.map((text) => made('li', '', text)));
}

export function exchanged({ method, path, status, body }: Exchange): void {
  const list = byId('wire');
  const text = made('pre', '', body);
  text.tabIndex = 0;
  const item = made('li', '', made('p', '', `${method} ${path} → ${status}`), text);
  item.dataset['path'] = path;
  item.dataset['status'] = String(status);
  list.prepend(item);
  while (list.childElementCount > MOST_LINES) list.lastElementChild?.remove();
}

export interface Shown {
  readonly posts: readonly Item[];
  readonly starred: ReadonlySet<string>;
  /** Null: stars are not allowed. */
  readonly onstar: ((post: Item) => void) | null;
}

export function timeline({ posts, starred, onstar }: Shown, all: boolean): void {
  const visible = all ? posts : posts.slice(0, FIRST);
  byId('posts').replaceChildren(...visible.map((post) => postLine(post, starred, onstar)));
  say('count', posts.length === 1 ? '1 post' : `${posts.length} posts`);
  show('none', posts.length === 0);
  show('more', visible.length < posts.length);
}

function postLine(post: Item, starred: ReadonlySet<string>, onstar: Shown['onstar']): HTMLElement {
  const { published, content, tags, likes, id } = post.fields;
  const day =
    typeof published === 'string' ? new Date(published).toLocaleDateString(undefined, { dateStyle: 'long' }) : '';
  const about = [
    day,
    typeof likes === 'number' && likes > 0 ? `${likes} likes` : '',
    Array.isArray(tags) && tags.length > 0 ? tags.join(' ') : '',
  ];
  const meta = made(
    'p',
    'meta muted small',
    ...about.filter((part) => part !== '').map((part) => made('span', '', part)),
  );
  if (onstar !== null && typeof id === 'string') {
    const on = starred.has(id);
    const star = made('button', 'star', on ? '★' : '☆');
    star.setAttribute('aria-label', on ? 'Starred' : 'Star this post');
    star.toggleAttribute('disabled', on);
    star.addEventListener('click', () => onstar(post));
    meta.append(star);
  }
  const item = made('li', '', meta, made('p', 'body', plainText(content)));
  item.dataset['fields'] = Object.keys(post.fields).sort().join(' ');
  return item;
}

export interface Person {
  readonly name: string;
  readonly handle: string;
}

export function people(known: readonly Person[] | null): void {
  if (known === null) return lines('people', ['You have not allowed this part.']);
  byId('people').replaceChildren(
    ...known.slice(0, 12).map(({ name, handle }) => {
      const mark = made('span', 'mark', (/\p{L}|\p{N}/u.exec(name)?.[0] ?? '·').toUpperCase());
      mark.setAttribute('aria-hidden', 'true');
      return made('li', '', mark, made('p', '', name, made('br', ''), made('span', 'muted small', handle)));
    }),
    ...(known.length > 12 ? [made('li', 'muted small', `and ${known.length - 12} more`)] : []),
  );
}
