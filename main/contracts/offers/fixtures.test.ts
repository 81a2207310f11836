import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ClientMetadata } from '../../../protocol/contract/offer.ts';
import { LockerError } from '../../../protocol/errors.ts';
import { parseOffer } from '../index.ts';

/** The examples of docs/clause-format.md, that other programs may be tried with too. */
const FOLDER = new URL('../../../docs/fixtures/offers/', import.meta.url);

interface Example {
  readonly why?: string;
  readonly client: unknown;
  readonly offer: unknown;
}

function examples(folder: string): [name: string, example: Example][] {
  return readdirSync(new URL(folder, FOLDER)).map((name) => [
    name,
    JSON.parse(readFileSync(new URL(`${folder}/${name}`, FOLDER), 'utf8')) as Example,
  ]);
}

describe('offers that are taken', () => {
  test.each(examples('valid'))('%s', async (_name, { client, offer }) => {
    const parsed = await parseOffer(offer, ClientMetadata.parse(client));
    expect(parsed).toMatchObject({ contract_version: '1' });
  });
});

describe('offers that are refused', () => {
  test.each(examples('invalid'))('%s', async (name, { why, client, offer }) => {
    const refusal: unknown = await parseOffer(offer, ClientMetadata.parse(client)).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(LockerError);
    expect(refusal).toMatchObject({ code: name.split('.')[0], detail: why });
  });
});
