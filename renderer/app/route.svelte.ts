export const SCREENS = ['feed', 'sources', 'data', 'algorithms', 'settings'] as const;
export type Screen = (typeof SCREENS)[number];

/** Where the address bar points: `#/data?q=tea` → screen `data`, query `q=tea`. */
export interface Place {
  readonly screen: Screen;
  readonly query: URLSearchParams;
}

export function parsePlace(hash: string): Place {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const screen = SCREENS.find((name) => name === path) ?? 'feed';
  return { screen, query: new URLSearchParams(search) };
}

export function hashOf(screen: Screen, query: Readonly<Record<string, string>> = {}): string {
  const search = new URLSearchParams(query).toString();
  return search === '' ? `#/${screen}` : `#/${screen}?${search}`;
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

  go(screen: Screen, query: Readonly<Record<string, string>> = {}): void {
    location.hash = hashOf(screen, query);
  }
}
