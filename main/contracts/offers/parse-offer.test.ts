import { exportJWK, generateKeyPair } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Offer, OwnDatatype } from '../../../protocol/contract/offer.ts';
import type { JsonObject } from '../../../protocol/json.ts';
import { canonicalDigest, checkAsked, parseOffer, recordCheck, signOffer, type SigningKey } from '../index.ts';
import { clauseOf } from '../lattice/testing.ts';

type Loose = Record<string, unknown>;
const CLIENT_ID = 'https://newcomer.example/client.json';
let key: SigningKey;
let jwk: JsonObject;

async function newKey(alg: 'EdDSA' | 'ES256'): Promise<[SigningKey, JsonObject]> {
  const pair = await generateKeyPair(alg, { extractable: true });
  return [
    { key: pair.privateKey, alg, kid: alg },
    { ...(await exportJWK(pair.publicKey)), kid: alg },
  ];
}

beforeAll(async () => {
  [key, jwk] = await newKey('EdDSA');
});

function draft(change: Loose = {}): Loose {
  return {
    contract_version: '1',
    id: 'https://newcomer.example/offer',
    version: 1,
    client_id: CLIENT_ID,
    controller: { name: 'Newcomer', contact: 'me@newcomer.example', jurisdiction: 'DE' },
    language: 'en',
    clauses: [clauseOf()],
    ...change,
  };
}

async function parse(change: Loose = {}, keys: JsonObject[] = [jwk]): Promise<Offer> {
  return parseOffer(await signOffer(draft(change), key), { client_id: CLIENT_ID, jwks: { keys } });
}

const NOTE: OwnDatatype = {
  name: 'x-other.example.note',
  title: 'Notes',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['text'],
    properties: {
      text: { type: 'string', maxLength: 10 },
      at: { type: 'string', format: 'date-time' },
      day: { type: 'string', format: 'date' },
      page: { type: 'string', format: 'uri' },
      stars: { type: 'integer', minimum: 0 },
      tags: { type: 'array', items: { type: 'string' }, maxItems: 2 },
    },
  },
  indexed: ['stars'],
};

describe('signatures of offers', () => {
  test('acceptance 6: an offer altered by one byte is refused', async () => {
    const offer = await signOffer(draft(), key);
    const text = JSON.stringify(offer);
    const jwks = { keys: [jwk] };
    expect(await parseOffer(JSON.parse(text), { client_id: CLIENT_ID, jwks })).toMatchObject({ version: 1 });
    for (let place = 0; place < text.length; place += 7) {
      const other = text[place] === 'a' ? 'b' : 'a';
      const altered = text.slice(0, place) + other + text.slice(place + 1);
      let json: unknown;
      try {
        json = JSON.parse(altered);
      } catch {
        continue;
      }
      await expect(parseOffer(json, { client_id: CLIENT_ID, jwks }), altered).rejects.toMatchObject({
        code: expect.stringMatching(/^offer_/) as unknown,
      });
    }
  });

  test('ES256 is taken too, by the key of that name or any where none is named', async () => {
    const [other, otherJwk] = await newKey('ES256');
    const client = { client_id: CLIENT_ID, jwks: { keys: [jwk, otherJwk] } };
    expect(await parseOffer(await signOffer(draft(), other), client)).toMatchObject({ version: 1 });
    const nameless = { key: other.key, alg: other.alg };
    expect(await parseOffer(await signOffer(draft(), nameless), client)).toMatchObject({ version: 1 });
    await expect(parseOffer(await signOffer(draft(), { ...other, kid: 'EdDSA' }), client)).rejects.toMatchObject({
      code: 'offer_signature',
    });
  });

  test('a key that encrypts, or whose private half is in the open, proves nothing', async () => {
    await expect(parse({}, [{ ...jwk, use: 'enc' }])).rejects.toMatchObject({ code: 'offer_signature' });
    await expect(parse({}, [{ ...jwk, d: 'secret' }])).rejects.toMatchObject({ code: 'offer_signature' });
  });

  test('the digest does not depend on the order of members or on what it leaves out', async () => {
    const one = draft();
    const turned = Object.fromEntries(Object.entries(one).reverse());
    expect(canonicalDigest(turned)).toBe(canonicalDigest(one));
    expect(canonicalDigest({ ...one, sig: 'x', digest: 'y', reviews: [] })).toBe(canonicalDigest(one));
    expect(canonicalDigest({ ...one, version: 2 })).not.toBe(canonicalDigest(one));
  });

  test('reviews are no part of what is signed: they come and go without a new version', async () => {
    const offer = await signOffer(draft(), key);
    const reviews = [{ by: 'https://reviewer.example', sig: 'x' }];
    const client = { client_id: CLIENT_ID, jwks: { keys: [jwk] } };
    expect(await parseOffer({ ...offer, reviews }, client)).toMatchObject({ digest: offer.digest });
  });
});

describe('size and depth', () => {
  test.each<[string, unknown]>([
    ['null', null],
    ['a list', []],
    ['a text', 'offer'],
    ['deep', JSON.parse(`{"a":${'['.repeat(40)}${']'.repeat(40)}}`)],
    ['a reserved name', JSON.parse('{"__proto__":{"version":1}}')],
    ['half a character', { name: '\ud800' }],
  ])('%s is no offer', async (_name, json) => {
    await expect(parseOffer(json, { client_id: CLIENT_ID, jwks: { keys: [jwk] } })).rejects.toMatchObject({
      code: 'offer_invalid',
    });
  });

  test('a very large one is refused', async () => {
    const clauses = Array.from({ length: 20 }, (_, index) => ({
      ...clauseOf(),
      clause_id: `c${index}`,
      purpose_text: Object.fromEntries(
        ['en', ...Array.from({ length: 12 }, (_1, n) => `en-x${String(n).padStart(2, '0')}`)].map((tag) => [
          tag,
          { short: 'a', long: 'b'.repeat(2000) },
        ]),
      ),
    }));
    await expect(parse({ clauses })).rejects.toMatchObject({ code: 'offer_invalid', detail: 'larger than 256 KiB' });
  });
});

describe('what is asked for', () => {
  test('must be within the offer, clause by clause, and be kept as it stands', async () => {
    const offer = await parse();
    expect(() => checkAsked([clauseOf()], offer)).not.toThrow();
    expect(() => checkAsked([clauseOf({ fields: ['content'], purpose_text: {} })], offer)).not.toThrow();
    const refused = expect.objectContaining({ code: 'clause_not_granted' }) as Error;
    expect(() => checkAsked([clauseOf({ fields: ['content', 'title'] })], offer)).toThrow(refused);
    expect(() => checkAsked([clauseOf({ clause_id: 'other' })], offer)).toThrow(refused);
    expect(() => checkAsked([clauseOf({ purpose_text: { en: { short: 'Harmless', long: '' } } })], offer)).toThrow(
      refused,
    );
    const invalid = expect.objectContaining({ code: 'offer_invalid' }) as Error;
    expect(() => checkAsked([clauseOf(), clauseOf()], offer)).toThrow(invalid);
    expect(() => checkAsked([clauseOf({ privileges: ['aggregate'] })], offer)).toThrow(invalid);
  });
});

describe('datatypes that services bring', () => {
  test('those of others may be named where they are known', async () => {
    const clauses = [clauseOf({ datatypes: ['x-other.example.note'], fields: ['text', 'id'] })];
    const offer = await signOffer(draft({ clauses }), key);
    const client = { client_id: CLIENT_ID, jwks: { keys: [jwk] } };
    expect(await parseOffer(offer, client, [NOTE])).toMatchObject({ version: 1 });
    await expect(parseOffer(offer, client)).rejects.toMatchObject({
      detail: 'clause posts: no datatype x-other.example.note',
    });
  });

  test.each<[JsonObject, string | null]>([
    [{ text: 'short' }, null],
    [
      {
        text: 'short',
        at: '2026-01-01T00:00:00Z',
        day: '2026-01-01',
        page: 'https://a.example/',
        stars: 3,
        tags: ['a'],
      },
      null,
    ],
    [{}, "must have required property 'text'"],
    [{ text: 'much too long' }, 'text must NOT have more than 10 characters'],
    [{ text: 'a', colour: 'red' }, 'must NOT have additional properties'],
    [{ text: 'a', at: 'yesterday' }, 'at must match format "date-time"'],
    [{ text: 'a', day: '1 March' }, 'day must match format "date"'],
    [{ text: 'a', page: 'javascript:alert(1)' }, 'page must match format "uri"'],
    [{ text: 'a', stars: 1.5 }, 'stars must be integer'],
    [{ text: 'a', tags: ['a', 'b', 'c'] }, 'tags must NOT have more than 2 items'],
    [{ text: { toString: 'a' } }, 'text must be string'],
  ])('a record %j', (fields, problem) => {
    expect(recordCheck(NOTE)(fields)).toBe(problem);
  });
});
