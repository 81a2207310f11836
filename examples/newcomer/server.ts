/** Newcomer's own web server, on this computer only: its documents, its page, and where the locker sends notices. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

/** A browser looks up the names of packages here, as Node does in node_modules. */
const IMPORTS = JSON.stringify({ imports: { oauth4webapi: '/lib/oauth4webapi.js', dpop: '/lib/dpop.js' } });
const FILES: Readonly<Record<string, { from: URL; type: string }>> = {
  '/style.css': { from: new URL('page/style.css', import.meta.url), type: 'text/css' },
  '/lib/oauth4webapi.js': { from: new URL(import.meta.resolve('oauth4webapi')), type: 'text/javascript' },
  '/lib/dpop.js': { from: new URL(import.meta.resolve('dpop')), type: 'text/javascript' },
};
/** The page's own code: served with its types taken out. */
const CODE = /^\/(page|shared)\/[a-z-]+\.ts$/;
const MOST_BYTES = 100_000;

export interface Site {
  /** Documents that anyone may read, by path. */
  readonly documents: Readonly<Record<string, unknown>>;
  readonly locker: string;
  /** A notice came in. @returns the status to answer with */
  readonly noticed: (headers: IncomingMessage['headers'], body: string) => Promise<number>;
  /** The page says something about a contract: that it has one, or that it has erased what it had. */
  readonly told: (what: { kind: 'kept' | 'erased'; grant: string }) => Promise<void>;
  /** The browser came back from the locker, while a program waits for that; true: it was taken. */
  readonly cameBack: (address: URL) => boolean;
}

export interface Listening extends AsyncDisposable {
  readonly origin: string;
  /** From now on requests are answered; the documents contain the origin, so that comes first. */
  serve(site: Site): void;
  /** Tells open pages. */
  tell(message: unknown): void;
}

/** Everything from here alone, but for requests to the locker. */
function policy(locker: string): string {
  const map = createHash('sha256').update(IMPORTS).digest('base64');
  return [
    "default-src 'none'",
    `script-src 'self' 'sha256-${map}'`,
    "style-src 'self'",
    'img-src data:',
    `connect-src 'self' ${locker}`,
    "require-trusted-types-for 'script'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request) {
    const bytes = Buffer.from(part);
    length += bytes.length;
    if (length > MOST_BYTES) throw new Error('too large');
    parts.push(bytes);
  }
  return Buffer.concat(parts).toString();
}

/** @param port 0: any free one */
export async function listen(port: number): Promise<Listening> {
  const pages = new Set<ServerResponse>();
  const ready = Promise.withResolvers<Site>();
  const server = createServer((request, response) => {
    ready.promise
      .then((site) => answer(site, request, response))
      .catch((error: unknown) => {
        process.stderr.write(`${String(error)}\n`);
        if (!response.headersSent) response.writeHead(500);
        response.end();
      });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const bound: AddressInfo | string | null = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('no port');
  const origin = `http://127.0.0.1:${bound.port}`;

  async function send(response: ServerResponse, type: string, text: string | Buffer): Promise<void> {
    response.setHeader('content-type', `${type}; charset=utf-8`);
    response.end(text);
  }

  async function answer(site: Site, request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Another name for this address, or another site's page, has nothing to look for here.
    const { host, origin: from } = request.headers;
    if (host !== new URL(origin).host || (from !== undefined && from !== origin)) {
      response.writeHead(403).end();
      return;
    }
    response.setHeader('cache-control', 'no-store');
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('referrer-policy', 'no-referrer');
    const url = new URL(request.url ?? '/', origin);
    const { pathname } = url;
    const isGet = request.method === 'GET';
    const file = FILES[pathname];
    if (isGet && (pathname === '/' || pathname === '/back')) {
      response.setHeader('content-security-policy', policy(site.locker));
      if (pathname === '/back' && site.cameBack(url)) {
        return send(
          response,
          'text/html',
          '<!doctype html><title>Newcomer</title><p>Thank you. Go back to the terminal.',
        );
      }
      const page = await readFile(new URL('page/index.html', import.meta.url), 'utf8');
      return send(
        response,
        'text/html',
        page.replace('<!-- imports -->', `<script type="importmap">${IMPORTS}</script>`),
      );
    }
    if (isGet && Object.hasOwn(site.documents, pathname)) {
      return send(response, 'application/json', JSON.stringify(site.documents[pathname]));
    }
    if (isGet && file !== undefined) return send(response, file.type, await readFile(file.from));
    if (isGet && CODE.test(pathname)) {
      const source = await readFile(fileURLToPath(new URL(`.${pathname}`, import.meta.url)), 'utf8');
      return send(response, 'text/javascript', stripTypeScriptTypes(source));
    }
    if (isGet && pathname === '/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': open\n\n');
      pages.add(response);
      response.once('close', () => pages.delete(response));
      return;
    }
    if (request.method === 'POST' && pathname === '/notices') {
      response.writeHead(await site.noticed(request.headers, await bodyOf(request))).end();
      return;
    }
    if (request.method === 'POST' && (pathname === '/kept' || pathname === '/erased')) {
      const { grant }: { grant: unknown } = JSON.parse(await bodyOf(request));
      if (typeof grant === 'string') await site.told({ kind: pathname === '/kept' ? 'kept' : 'erased', grant });
      response.writeHead(204).end();
      return;
    }
    response.writeHead(404).end();
  }

  return {
    origin,
    serve: ready.resolve,
    tell(message) {
      for (const page of pages) page.write(`data: ${JSON.stringify(message)}\n\n`);
    },
    async [Symbol.asyncDispose]() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      await closed.promise;
    },
  };
}
