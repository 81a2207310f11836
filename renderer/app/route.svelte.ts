export const SCREENS = [
  'feed',
  'data',
  'algorithms',
  'services',
  'activity',
  'sources',
  'settings',
  // A part of the algorithms, reached from there.
  'learning',
  // No place of its own in the navigation: a request is opened from the banner or a notification.
  'requests',
] as const;
export type Screen = (typeof SCREENS)[number];

/** Where the address bar points: `#/data?q=tea` → screen `data`, query `q=tea`; `#/services/7` → id `7`. */
export interface Place {
  readonly screen: Screen;
  /** What of the screen is looked at; null: all of it. */
  readonly id: string | null;
  readonly query: URLSearchParams;
}

export function parsePlace(hash: string): Place {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [name = '', id = ''] = path.split('/', 2);
  const screen = SCREENS.find((known) => known === name) ?? 'feed';
  return { screen, id: decoded(id), query: new URLSearchParams(search) };
}

function decoded(part: string): string | null {
  if (part === '') return null;
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

export function hashOf(screen: Screen, query: Readonly<Record<string, string>> = {}, id: string | null = null): string {
  const search = new URLSearchParams(query).toString();
  const path = id === null ? screen : `${screen}/${encodeURIComponent(id)}`;
  return search === '' ? `#/${path}` : `#/${path}?${search}`;
}

/** The current place, following the address bar. */
export class Router {
  place = $state.raw<Place>(parsePlace(''));

  start(): () => void {
    const follow = (): void => {
      this.place = parsePlace(location.hash);
    };
    follow();
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }

  go(screen: Screen, query: Readonly<Record<string, string>> = {}, id: string | null = null): void {
    location.hash = hashOf(screen, query, id);
  }
}
