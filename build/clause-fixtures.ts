import { createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { canonicalDigest, signOffer, type SigningKey } from '../main/contracts/index.ts';
import type { Json, JsonObject } from '../protocol/json.ts';
import { BROKEN, SOUND, type Part } from './clause-fixture-cases.ts';
import { BASE, LATTICE } from './clause-fixture-lattice.ts';

/**
 * The shared examples of docs/clause-format.md: offers that a locker must take and offers that it must refuse, each with
 * the client document it belongs to. Written by `node build/clause-fixtures.ts`; Ed25519 signs the same bytes alike, so
 * that they can be compared with what is written.
 */
const FOLDER = new URL('../docs/fixtures/', import.meta.url);

/** Keys of nobody: made from a number that everyone can read here. */
function exampleKey(number: number, kid: string): { key: KeyObject; signing: SigningKey; jwk: JsonObject } {
  const head = Buffer.from('302e020100300506032b657004220420', 'hex');
  const der = Buffer.concat([head, Buffer.alloc(32, number)]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const { kty = '', crv = '', x = '' } = createPublicKey(key).export({ format: 'jwk' });
  return { key, signing: { key, alg: 'EdDSA', kid }, jwk: { kty, crv, x, kid } };
}

const own = exampleKey(1, 'example');
const stranger = exampleKey(2, 'example');
const reviewer = exampleKey(3, 'review');

/** File name → its text. */
export async function clauseFixtures(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const [name, part] of Object.entries(SOUND)) {
    files.set(
      `offers/valid/${name}.json`,
      text({ client: client(part), offer: await signed(offer(part), own.signing) }),
    );
  }
  for (const [name, [why, part]] of Object.entries(BROKEN)) {
    const document = { why, client: client(part), offer: await signed(offer(part), own.signing) };
    files.set(`offers/invalid/offer_invalid.${name}.json`, text(document));
  }
  for (const [name, why, offer] of await wronglySigned()) {
    files.set(`offers/invalid/offer_signature.${name}.json`, text({ why, client: client({}), offer }));
  }
  const cases = LATTICE.map(({ name, a, b, meet, leq }) => ({ name, a, b, meet, leq }));
  files.set('lattice.json', text({ base: BASE, cases }));
  return files;
}

/** Offers whose form is fine and whose signature is not; the parser says which of the two members does not hold. */
async function wronglySigned(): Promise<[name: string, why: string, offer: JsonObject][]> {
  const sound = await signed(offer({}), own.signing);
  const digest = sound.digest;
  const [header, , signature] = sound.sig.split('.');
  const review = reviewBy(own.key, 'example', digest);
  const foreign = { alg: 'EdDSA', typ: 'locker-offer+jws', jwk: stranger.jwk };
  const changed = { ...sound, version: 2 };
  return [
    ['one-byte', 'digest', changed],
    ['digest-of-the-change', 'sig', { ...changed, digest: canonicalDigest(changed) }],
    ['key-of-another', 'sig', await signed(offer({}), stranger.signing)],
    ['signed-as-review', 'sig', { ...sound, sig: review }],
    [
      'payload-attached',
      'sig',
      { ...sound, sig: `${header}.${Buffer.from(digest).toString('base64url')}.${signature}` },
    ],
    ['algorithm-none', 'sig', { ...sound, sig: `${encoded({ alg: 'none', typ: 'locker-offer+jws' })}..` }],
    ['key-in-header', 'sig', { ...sound, sig: `${encoded(foreign)}..${signature}` }],
  ];
}

/** A signature of an offer that says by its type that it is no author's. */
function reviewBy(key: KeyObject, kid: string, digest: string): string {
  const header = encoded({ alg: 'EdDSA', typ: 'locker-review+jws', kid });
  const payload = Buffer.from(digest).toString('base64url');
  return `${header}..${sign(null, Buffer.from(`${header}.${payload}`), key).toString('base64url')}`;
}

function encoded(header: JsonObject): string {
  return Buffer.from(JSON.stringify(header)).toString('base64url');
}

function client({ client: change = {} }: Part): JsonObject {
  return {
    client_id: 'https://newcomer.example/client.json',
    client_name: 'Newcomer',
    redirect_uris: ['https://newcomer.example/back'],
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [own.jwk] },
    locker_offer_uri: 'https://newcomer.example/offer.json',
    ...change,
  };
}

function offer({ offer: change = {}, clause = {}, clauses }: Part): JsonObject {
  const one: JsonObject = {
    type: 'urn:locker:clause:v1',
    clause_id: 'posts',
    actions: ['read', 'query'],
    datatypes: ['social.post'],
    fields: ['author', 'content', 'published'],
    privileges: ['raw'],
    necessity: 'required',
    purpose: ['ServicePersonalisation'],
    purpose_text: { en: { short: 'A warm start' } },
    ...clause,
  };
  return {
    contract_version: '1',
    id: 'https://newcomer.example/offers/start',
    version: 1,
    client_id: 'https://newcomer.example/client.json',
    controller: { name: 'Newcomer Ltd', contact: 'privacy@newcomer.example', jurisdiction: 'DE' },
    language: 'en',
    clauses: clauses?.map((other): Json => ({ ...one, ...other })) ?? [one],
    ...change,
  };
}

type Signed = JsonObject & { digest: string; sig: string };

async function signed(draft: JsonObject, key: SigningKey): Promise<Signed> {
  const document: Signed = await signOffer(draft, key);
  if (document['reviews'] !== 'to be added') return document;
  return {
    ...document,
    reviews: [{ by: 'https://reviews.example', sig: reviewBy(reviewer.key, 'review', document.digest) }],
  };
}

function text(document: Json): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** The files as they are. */
export async function writtenFixtures(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const entry of await readdir(FOLDER, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(relative(fileURLToPath(FOLDER), path).replaceAll('\\', '/'), await readFile(path, 'utf8'));
  }
  return files;
}

if (import.meta.main) {
  await rm(FOLDER, { recursive: true, force: true });
  for (const folder of ['offers/valid', 'offers/invalid']) await mkdir(new URL(folder, FOLDER), { recursive: true });
  for (const [name, content] of await clauseFixtures()) await writeFile(new URL(name, FOLDER), content);
}
