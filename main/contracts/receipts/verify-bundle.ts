import { calculateJwkThumbprint } from 'jose';
import { z } from 'zod';
import { Bundle, type LogEntry, type Receipt } from '../../../protocol/contract/grant.ts';
import type { LogVerdict } from '../../../protocol/owner/services.ts';
import { canonicalDigest, canonicalJson } from '../offers/canonical.ts';
import { firstIssue } from '../offers/first-issue.ts';
import { OFFER_TYP } from '../offers/parse-offer.ts';
import { verifiedText, verifiesDetached } from '../offers/signature.ts';
import { BUNDLE_TYP, bundleParts } from './bundle.ts';
import { logEntryHash } from './log-hash.ts';
import { clausesHash, RECEIPT_TYP, receiptHash } from './receipt.ts';

type Grant = Bundle['grants'][number];
type Keys = Bundle['jwks']['keys'];
const Parts = z.record(z.string(), z.string());

/**
 * Checks a bundle with nothing but what is in it; the verdict names the first thing that does not fit.
 *
 * @param trusted fingerprint (RFC 7638) of the one key that counts; without it whoever wrote the file may have chosen the keys
 */
export async function verifyBundle(json: unknown, trusted?: string): Promise<LogVerdict> {
  const written = canonicalOrNull(json);
  if (written === null) return verdict('The form of the bundle: a text in it is not Unicode', 0, 0);
  const parsed = Bundle.safeParse(json);
  if (!parsed.success) return verdict(`The form of the bundle: ${firstIssue(parsed.error)}`, 0, 0);
  const bundle = parsed.data;
  const receipts = sum(bundle.grants, (grant) => grant.receipts.length);
  const entries = sum(bundle.grants, (grant) => grant.log.length);
  const keys = await trustedKeys(bundle.jwks.keys, trusted);
  if (keys.length === 0) return verdict('The keys: none has the fingerprint that you trust', receipts, entries);
  const ids = bundle.grants.map(({ grant_id }) => grant_id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) return verdict(`Grant ${twice} is there twice`, receipts, entries);
  for (const grant of bundle.grants) {
    const problem = await grantProblem(grant, keys);
    if (problem !== null) return verdict(`Grant ${grant.grant_id}: ${problem}`, receipts, entries);
  }
  const problem = await sealProblem(bundle, keys);
  const isComplete = canonicalJson(bundle) === written;
  return verdict(problem ?? (isComplete ? null : 'The form of the bundle: a member is missing'), receipts, entries);
}

/** Fingerprints of the keys that a bundle is checked with. */
export async function bundleFingerprints(json: unknown): Promise<string[]> {
  const parsed = Bundle.safeParse(json);
  if (!parsed.success) return [];
  const found = await Promise.all(parsed.data.jwks.keys.map(fingerprint));
  return found.filter((it) => it !== null);
}

async function trustedKeys(keys: Keys, trusted: string | undefined): Promise<Keys> {
  if (trusted === undefined) return keys;
  const fingerprints = await Promise.all(keys.map(fingerprint));
  return keys.filter((_, index) => fingerprints[index] === trusted);
}

function fingerprint(jwk: Readonly<Record<string, unknown>>): Promise<string | null> {
  return calculateJwkThumbprint(jwk).catch(() => null);
}

function canonicalOrNull(json: unknown): string | null {
  try {
    return canonicalJson(json);
  } catch {
    return null;
  }
}

/**
 * Checks a file as it was exported, a bundle a line: no byte may differ, not even one that means nothing. A whole line
 * that was taken away is not missed, as each stands for itself.
 */
export async function verifyBundleText(text: string, trusted?: string): Promise<LogVerdict> {
  const lines = text.split('\n');
  const last = lines.pop();
  let receipts = 0;
  let entries = 0;
  for (const [index, line] of lines.entries()) {
    const found = await verifyLine(line, trusted);
    receipts += found.receipts;
    entries += found.entries;
    const place = lines.length === 1 ? '' : `Line ${index + 1}: `;
    if (found.problem !== null) return verdict(`${place}${found.problem}`, receipts, entries);
  }
  const isWhole = last === '' && lines.length > 0;
  return verdict(isWhole ? null : 'The form of the file: it does not end with a whole line', receipts, entries);
}

async function verifyLine(line: string, trusted: string | undefined): Promise<LogVerdict> {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return verdict('The form of the bundle: it is not JSON', 0, 0);
  }
  const found = await verifyBundle(json, trusted);
  if (!found.intact || JSON.stringify(json) === line) return found;
  return verdict('The form of the bundle: a byte of the line stands for nothing', found.receipts, found.entries);
}

async function grantProblem(grant: Grant, keys: Keys): Promise<string | null> {
  return (
    (await offerProblem(grant)) ??
    (await receiptsProblem(grant, keys)) ??
    revisionsProblem(grant) ??
    logProblem(grant) ??
    daysProblem(grant)
  );
}

async function offerProblem({ offer, client_jwks }: Grant): Promise<string | null> {
  const { digest, sig } = offer;
  if (typeof digest !== 'string' || canonicalDigest(offer) !== digest) return 'the offer does not have its digest';
  const isSigned = typeof sig === 'string' && (await verifiesDetached(sig, digest, OFFER_TYP, client_jwks.keys));
  return isSigned ? null : 'the signature of the offer does not hold';
}

async function receiptsProblem(grant: Grant, keys: Keys): Promise<string | null> {
  let previous: string | null = null;
  for (const [index, signed] of grant.receipts.entries()) {
    const { receipt } = signed;
    const name = `receipt ${index + 1}`;
    const payload = await verifiedText(signed.jws, RECEIPT_TYP, keys);
    if (payload === null) return `the signature of ${name} does not hold`;
    if (payload !== canonicalJson(receipt)) return `${name} is not what was signed`;
    if (receipt.grant_id !== grant.grant_id) return `${name} is of another grant`;
    if (receipt.number !== index + 1) return `a receipt is missing before ${name}`;
    if (receipt.previous !== previous) return `${name} does not follow the one before it`;
    previous = receiptHash(signed);
  }
  return grant.receipts.length === 0 ? 'there is no receipt' : null;
}

function revisionsProblem({ revisions, receipts }: Grant): string | null {
  const hashes = new Map(revisions.map(({ revision, clauses }) => [revision, clausesHash(clauses)]));
  for (const { receipt } of receipts) {
    const { revision, clauses_hash } = receipt;
    if (!hashes.has(revision)) return `the clauses of revision ${revision} are missing`;
    if (hashes.get(revision) !== clauses_hash) {
      return `the clauses of revision ${revision} are not those of receipt ${receipt.number}`;
    }
  }
  const signed = new Set(receipts.map(({ receipt }) => receipt.revision));
  const extra = revisions.find(({ revision }) => !signed.has(revision));
  return extra === undefined ? null : `no receipt tells of revision ${extra.revision}`;
}

function logProblem(grant: Grant): string | null {
  let before: LogEntry | null = null;
  for (const entry of grant.log) {
    const name = `log entry ${entry.number}`;
    if (entry.grant_id !== grant.grant_id) return `${name} is of another grant`;
    if (logEntryHash(entry) !== entry.hash) return `${name} does not have its hash`;
    const problem: string | null = before === null ? firstEntryProblem(entry, grant) : followProblem(entry, before);
    if (problem !== null) return problem;
    before = entry;
  }
  return null;
}

function followProblem(entry: LogEntry, before: LogEntry): string | null {
  if (entry.number !== before.number + 1) return `a log entry is missing before number ${entry.number}`;
  return entry.previous === before.hash ? null : `log entry ${entry.number} does not follow the one before it`;
}

/** The log begins at its first entry, or after the days of which only hashes are kept. */
function firstEntryProblem(entry: LogEntry, { days }: Grant): string | null {
  const last = days.findLast((day) => day.last < entry.number);
  const expected = last === undefined ? 1 : last.last + 1;
  if (entry.number !== expected) return `a log entry is missing before number ${entry.number}`;
  return entry.previous === (last?.hash ?? null) ? null : `log entry ${entry.number} does not follow the day before it`;
}

function daysProblem(grant: Grant): string | null {
  const closed = new Map(
    grant.receipts.flatMap(({ receipt: { day } }) => (day === null ? [] : [[day.date, day] as const])),
  );
  let next = 1;
  for (const day of grant.days) {
    if (day.first !== next || day.last < day.first) return `the log of ${day.date} does not follow the day before it`;
    next = day.last + 1;
    if (!isDayOf(day, closed.get(day.date))) return `the totals of ${day.date} are not those of its receipt`;
    closed.delete(day.date);
    const problem = entriesProblem(day, grant.log);
    if (problem !== null) return problem;
  }
  const [missing] = closed.keys();
  return missing === undefined ? null : `the totals of ${missing} are missing`;
}

function isDayOf(day: Grant['days'][number], receipt: Receipt['day'] | undefined): boolean {
  if (receipt === undefined || receipt === null) return false;
  return (['date', 'hash', 'requests', 'rows', 'bytes'] as const).every((name) => day[name] === receipt[name]);
}

/** A day whose entries are kept must be made of them. */
function entriesProblem(day: Grant['days'][number], log: readonly LogEntry[]): string | null {
  // The log has no gaps, which was checked before.
  const first = log[0]?.number ?? 0;
  const kept = log.slice(Math.max(0, day.first - first), Math.max(0, day.last - first + 1));
  if (kept.length === 0) return null;
  const isMade =
    kept.length === day.last - day.first + 1 &&
    kept.length === day.requests &&
    sum(kept, ({ rows }) => rows) === day.rows &&
    sum(kept, ({ bytes }) => bytes) === day.bytes &&
    kept.at(-1)?.hash === day.hash &&
    kept.every(({ at }) => at.startsWith(day.date));
  return isMade ? null : `the totals of ${day.date} are not those of its log`;
}

async function sealProblem(bundle: Bundle, keys: Keys): Promise<string | null> {
  const payload = await verifiedText(bundle.sig, BUNDLE_TYP, keys);
  const signed = payload === null ? null : partsIn(payload);
  if (signed === null) return 'The signature of the bundle does not hold';
  for (const [name, digest] of bundleParts(bundle)) {
    if (signed.get(name) !== digest) return `Not as it was signed: ${name}`;
    signed.delete(name);
  }
  const [missing] = signed.keys();
  return missing === undefined ? null : `Missing: ${missing}`;
}

function partsIn(payload: string): Map<string, string> | null {
  try {
    const parsed = Parts.safeParse(JSON.parse(payload));
    return parsed.success ? new Map(Object.entries(parsed.data)) : null;
  } catch {
    return null;
  }
}

function verdict(problem: string | null, receipts: number, entries: number): LogVerdict {
  return { intact: problem === null, problem, receipts, entries };
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
