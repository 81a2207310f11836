import type { Clause } from '../../../protocol/contract/clause.ts';
import { Offer, type ClientMetadata, type OwnDatatype } from '../../../protocol/contract/offer.ts';
import { LockerError } from '../../../protocol/errors.ts';
import { leq } from '../lattice/meet.ts';
import { canonicalDigest, canonicalJson } from './canonical.ts';
import { clauseProblem } from './clause-rules.ts';
import { fieldTables, type FieldTables } from './field-tables.ts';
import { firstIssue } from './first-issue.ts';
import { verifiesDetached } from './signature.ts';

export const OFFER_TYP = 'locker-offer+jws';
/** Bytes of canonical JSON, and levels of it. */
const MAX_BYTES = 262_144;
const MAX_DEPTH = 16;
/** Controls, and characters that turn the direction of text around: what is read would not be what is said. */
const DECEIVING = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/;
/** Members that may have several lines. */
const LONG_TEXTS = new Set(['long', 'address', 'description']);

/**
 * An offer, checked whole: form, digest, signature by a key of its client, and that each clause can be kept by this locker.
 * `known`: datatypes that other services brought, which it may name too.
 *
 * @throws LockerError `offer_invalid`, `offer_signature`
 */
export async function parseOffer(
  json: unknown,
  client: Pick<ClientMetadata, 'client_id' | 'jwks'>,
  known: readonly OwnDatatype[] = [],
): Promise<Offer> {
  const problem = jsonProblem(json, 0, '');
  if (problem !== null) throw invalid(problem);
  const parsed = Offer.safeParse(json);
  if (!parsed.success) throw invalid(firstIssue(parsed.error));
  const offer = parsed.data;
  const document = new Map(Object.entries(json ?? {}));
  if (Buffer.byteLength(canonicalJson(json)) > MAX_BYTES) throw invalid('larger than 256 KiB');
  if (offer.client_id !== client.client_id) throw invalid('client_id is of another client');
  checkAddresses(offer);
  checkClauses(offer, tablesOf(offer, known));
  if (canonicalDigest(Object.fromEntries(document)) !== offer.digest) {
    throw new LockerError('offer_signature', { detail: 'digest' });
  }
  if (!(await verifiesDetached(offer.sig, offer.digest, OFFER_TYP, client.jwks.keys))) {
    throw new LockerError('offer_signature', { detail: 'sig' });
  }
  return offer;
}

/** Fields of everything that an offer may name: its own datatypes besides those that are known already. */
export function tablesOf(offer: Pick<Offer, 'datatypes'>, known: readonly OwnDatatype[] = []): FieldTables {
  return fieldTables([...known, ...offer.datatypes]);
}

/**
 * Checks the clauses that a client asks for against its offer: each within the offer's, and kept as strictly.
 *
 * @throws LockerError `clause_not_granted` for what the offer does not hold, `offer_invalid` for what cannot be kept
 */
export function checkAsked(asked: readonly Clause[], offer: Offer, known: readonly OwnDatatype[] = []): void {
  const tables = tablesOf(offer, known);
  const ids = new Set<string>();
  for (const clause of asked) {
    if (ids.has(clause.clause_id)) throw invalid(`clause ${clause.clause_id} is there twice`);
    ids.add(clause.clause_id);
    const offered = offer.clauses.find(({ clause_id }) => clause_id === clause.clause_id);
    if (offered === undefined || !leq(clause, offered)) {
      throw new LockerError('clause_not_granted', { detail: clause.clause_id });
    }
    const problem = clauseProblem(clause, tables);
    if (problem !== null) throw invalid(`clause ${clause.clause_id}: ${problem}`);
  }
}

function checkAddresses(offer: Offer): void {
  const client = new URL(offer.client_id);
  const isLocal = client.protocol === 'http:';
  if (originOf(offer.id) !== client.origin) throw invalid('id is not at the origin of its client');
  if (offer.webhook !== undefined && originOf(offer.webhook) !== client.origin) {
    throw invalid('webhook is not at the origin of its client');
  }
  if (offer.notice_uri !== undefined) {
    const origin = originOf(offer.notice_uri);
    if (origin !== client.origin && !(origin ?? '').startsWith('https:'))
      throw invalid('notice_uri is not an https address');
  }
  // The port is all that tells programs of this computer apart.
  const host = isLocal ? `localhost-${client.port || '80'}` : client.hostname;
  const names = offer.datatypes.map(({ name }) => name);
  for (const name of names) {
    if (name.slice(0, name.lastIndexOf('.')) !== `x-${host}`) throw invalid(`datatype ${name} is not of x-${host}`);
  }
  if (new Set(names).size !== names.length) throw invalid('a datatype is there twice');
}

function checkClauses(offer: Offer, tables: FieldTables): void {
  const ids = new Set<string>();
  for (const clause of offer.clauses) {
    if (ids.has(clause.clause_id)) throw invalid(`clause ${clause.clause_id} is there twice`);
    ids.add(clause.clause_id);
    if (!Object.hasOwn(clause.purpose_text, offer.language)) {
      throw invalid(`clause ${clause.clause_id}: purpose_text lacks the language of the offer`);
    }
    const problem = clauseProblem(clause, tables);
    if (problem !== null) throw invalid(`clause ${clause.clause_id}: ${problem}`);
  }
}

function jsonProblem(value: unknown, depth: number, of: string): string | null {
  if (depth > MAX_DEPTH) return 'too deep';
  if (typeof value === 'string') return textProblem(LONG_TEXTS.has(of) ? value.replaceAll('\n', ' ') : value);
  if (typeof value !== 'object' || value === null) return null;
  for (const [name, member] of Object.entries(value)) {
    if (name === '__proto__') return 'a member has a reserved name';
    const problem = textProblem(name) ?? jsonProblem(member, depth + 1, Array.isArray(value) ? of : name);
    if (problem !== null) return problem;
  }
  return null;
}

function textProblem(text: string): string | null {
  if (!text.isWellFormed()) return 'a text is not Unicode';
  return DECEIVING.test(text) ? 'a text holds control characters' : null;
}

function originOf(address: string): string | null {
  const url = URL.parse(address);
  return url === null || url.username !== '' || url.password !== '' || !/^https?:$/.test(url.protocol)
    ? null
    : url.origin;
}

function invalid(detail: string): LockerError {
  return new LockerError('offer_invalid', { detail });
}
