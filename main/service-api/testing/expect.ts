import { expect } from 'vitest';
import type { Reply } from './service.ts';

/** A problem document of our own routes. */
export function expectProblem(reply: Reply, code: string, detail?: string): void {
  expect(reply.body).toMatchObject({ code, ...(detail === undefined ? {} : { detail }) });
  expect(reply.status).toBe(reply.body['status']);
  expect(reply.headers.get('content-type')).toBe('application/problem+json');
}

/** An error in the form of RFC 6749, 5.2. */
export function expectOauth(reply: Reply, status: number, error: string, description?: RegExp): void {
  expect(reply.body).toMatchObject({ error });
  expect(reply.status).toBe(status);
  if (description !== undefined) expect(reply.body['error_description']).toMatch(description);
}
