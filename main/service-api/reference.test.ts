import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './testing.ts';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

describe('the reference', () => {
  it('describes every route that a service may use, by the schemas that check it', async () => {
    const document = (await (await fetch(`${api.issuer}/v1/openapi.json`)).json()) as {
      openapi: string;
      components: { schemas: Record<string, unknown> };
      paths: Record<string, Record<string, { security?: unknown; parameters?: { name: string }[] }>>;
    };
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths).sort()).toEqual([
      '/.well-known/oauth-authorization-server',
      '/.well-known/oauth-protected-resource',
      '/grants/{id}',
      '/grants/{id}/erasure',
      '/oauth/jwks',
      '/receipts/{id}',
      '/v1/changes',
      '/v1/media/{id}',
      '/v1/openapi.json',
      '/v1/records/{datatype}',
      '/v1/records/{datatype}/aggregate',
      '/v1/records/{datatype}/count',
      '/v1/records/{datatype}/{id}',
    ]);
    // What it refers to is in it.
    const text = JSON.stringify(document);
    const named = new Set([...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name));
    expect([...named]).toEqual(Object.keys(document.components.schemas));
    const list = document.paths['/v1/records/{datatype}']?.['get'];
    expect(list?.security).toEqual([{ dpop: [] }]);
    expect(list?.parameters?.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['datatype', 'clause', 'fields', 'filter', 'order', 'cursor', 'limit', 'q']),
    );
  });

  it('is a page of files of its own', async () => {
    const page = await fetch(`${api.issuer}/v1/`);
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    const text = await page.text();
    expect(text).not.toMatch(/<script(?! src="\/)| style=| on\w+=/);
    for (const [, file = ''] of text.matchAll(/(?:src|href)="(\/[^"]+)"/g)) {
      expect((await fetch(api.issuer + file)).status, file).toBe(200);
    }
  });
});
