import { request, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
  readonly line: string;
}

export interface Visited {
  readonly path: string;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** Where a redirect leads. */
  readonly location: string | null;
}

const NAVIGATION = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', accept: 'text/html' };

/** What of a browser matters here: cookies by path, redirects, and fetch metadata as Chromium sends it. */
export class Browser {
  readonly cookies: Cookie[] = [];
  readonly #origin: string;
  readonly #base: string;

  /** @param base where the port is, when a proxy would stand in front of it */
  constructor(origin: string, base = origin) {
    this.#origin = origin;
    this.#base = base;
  }

  /** Follows a link from another site, redirects within the locker included. */
  async open(path: string, site = 'cross-site'): Promise<Visited> {
    let visited = await this.step(path, site);
    while (visited.location !== null && visited.location.startsWith(this.#origin)) {
      visited = await this.step(visited.location.slice(this.#origin.length), site);
    }
    return visited;
  }

  /** One navigation, a redirect not followed. */
  step(path: string, site = 'same-origin'): Promise<Visited> {
    return this.#get(path, { ...NAVIGATION, 'sec-fetch-site': site });
  }

  /** A page's own `fetch`. */
  fetch(path: string): Promise<Visited> {
    return this.#get(path, { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' });
  }

  async #get(path: string, headers: Record<string, string>): Promise<Visited> {
    const [plain = ''] = path.split('?');
    const sent = this.cookies.filter((cookie) => plain === cookie.path || plain.startsWith(`${cookie.path}/`));
    const cookie = sent.map(({ name, value }) => `${name}=${value}`).join('; ');
    const { promise, resolve, reject } = Promise.withResolvers<Visited>();
    const sentHeaders = { ...headers, ...(cookie === '' ? {} : { cookie }) };
    // Not `fetch`: Node's says its own fetch metadata.
    const outgoing = request(this.#base + path, { headers: sentHeaders, agent: false }, (response) => {
      for (const line of response.headers['set-cookie'] ?? []) this.#keep(line);
      const { location } = response.headers;
      text(response).then(
        (body) =>
          resolve({
            path,
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: body,
            location: location === undefined ? null : new URL(location, this.#origin).href,
          }),
        reject,
      );
    });
    outgoing.on('error', reject).end();
    return promise;
  }

  #keep(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    const [, path = '/'] = /; path=([^;]*)/i.exec(line) ?? [];
    const old = this.cookies.findIndex((cookie) => cookie.name === name && cookie.path === path);
    if (old >= 0) this.cookies.splice(old, 1);
    if (value !== '') this.cookies.push({ name, value, path, line });
  }
}
