import { readFile, realpath, stat } from 'node:fs/promises';
import { extname, resolve, sep } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { LockerError } from '../../protocol/errors.ts';
import { setSecurityHeaders } from '../http/index.ts';
import { unrouted } from './register.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

const Asked = z.strictObject({ '*': z.string().max(1024) });
const AnyQuery = z.record(z.string(), z.unknown());

/** The file a path names inside the folder, or null; never one outside, also not by links. */
async function fileAt(folder: string, path: string): Promise<string | null> {
  if (/[\0\\]/.test(path) || path.split('/').some((part) => part.startsWith('.'))) return null;
  const file = resolve(folder, path);
  if (!file.startsWith(folder + sep)) return null;
  try {
    const real = await realpath(file);
    if (!real.startsWith((await realpath(folder)) + sep)) return null;
    return (await stat(real)).isFile() ? real : null;
  } catch {
    return null;
  }
}

/** Serves the built screens. Addresses without a file ending are places within the app: they get its one page. */
export function registerScreens(app: FastifyInstance, folder: string): void {
  app.route({
    method: 'GET',
    url: '/*',
    schema: { params: Asked, querystring: AnyQuery },
    handler: async (request, reply) => {
      const asked = Asked.parse(request.params)['*'];
      if (asked === 'owner' || asked.startsWith('owner/')) throw unrouted(request.url);
      const isFile = extname(asked) !== '';
      const file = await fileAt(folder, isFile ? asked : 'index.html');
      const type = file === null ? undefined : TYPES[extname(file)];
      if (file === null || type === undefined) throw new LockerError('not_found');
      setSecurityHeaders(reply.raw, 'screens');
      return reply.type(type).send(await readFile(file));
    },
  });
}
