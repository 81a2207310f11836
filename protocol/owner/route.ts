import { z } from 'zod';

/** A route of the owner API: what the server registers and the screens call. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** none: before a session exists; owner: a session token is required. */
  readonly auth: 'none' | 'owner';
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  /** json body schema; `stream`: application/octet-stream, handled piece by piece. */
  readonly body?: z.ZodType | 'stream';
  /** json answer schema; `ndjson`: one JSON document a line, of `line`. */
  readonly answer: z.ZodType | 'ndjson';
  readonly line?: z.ZodType;
}

/** A name the locker gave: of a feed, an import, a record, an act. */
export const Id = z.strictObject({ id: z.string().min(1).max(40) });

export const None = z.strictObject({});
