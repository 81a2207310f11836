import { hostilePrograms } from './programs.ts';

/** A package as somebody malicious would publish it. */
export interface HostilePackage {
  readonly name: string;
  readonly bytes: string;
}

type Json = Record<string, unknown>;

const MANIFEST: Json = {
  apiVersion: 1,
  id: 'com.ana.evil',
  version: '1.0.0',
  kind: 'ranker',
  scope: 'slate',
  name: { en: 'Friendly feed' },
  summary: { en: 'Only the best.' },
  license: 'MIT',
  source: 'https://ana.example',
  author: 'Ana',
  needs: { post: ['replies', 'ageHours'] },
  window: { maxAgeHours: null, maxItems: null },
  limits: { cpuMsPer1000: 1, memoryMb: 32 },
};

const GOOD = 'module.exports = { score: (batch) => ({ score: new Float64Array(batch.n) }) };';

export function packageWith(manifest: Json = {}, parts: Json = {}): string {
  return JSON.stringify({ manifest: { ...MANIFEST, ...manifest }, code: GOOD, vectors: [], page: '', ...parts });
}

const KINDS = { score: 'ranker', decide: 'blocker', dampen: 'damper', arrange: 'reranker' } as const;

/** One of each way in which hostile code attacks the process, the answer or the data. */
const PROGRAMS = [
  '01-spin',
  '02-spin-in-init',
  '03-spin-at-load',
  '06-replace-all-large',
  '07-regex-backtracking',
  '11-endless-generator-spread',
  '15-throw-proxy',
  '16-throw-spinning-message',
  '22-stack-overflow',
  '28-typed-array-bomb',
  '30-resizable-buffer-bomb',
  '37-microtask-flood',
  '39-pending-promise',
  '44-spinning-exports-getter',
  '47-spinning-answer-getter',
  '49-fake-typed-array',
  '51-short-scores',
  '52-long-scores',
  '53-wrong-element-type',
  '55-infinite-scores',
  '59-detached-answer',
  '62-exports-nothing',
  '63-too-many-decisions',
  '64-row-out-of-range',
  '67-unknown-reason',
  '71-order-with-duplicates',
  '74-nan-factors',
  '77-constructor-walk',
  '80-host-names',
  '84-tamper-with-intrinsics',
  '90-shared-memory-and-wasm',
  '92-read-undeclared-columns',
];

/**
 * Hostile programs as packages that install, as no vector gives them away: one of each way, and with `SOAK=1` every one
 * that a feed would call.
 */
export function hostileCode(): (HostilePackage & { id: string; must: readonly string[] })[] {
  return hostilePrograms()
    .filter(({ name, call }) => (process.env['SOAK'] === undefined ? PROGRAMS.includes(name) : call in KINDS))
    .map(({ name, code, call, must }, place) => {
      const id = `com.ana.evil-${place}`;
      const kind = KINDS[call as keyof typeof KINDS];
      const reasons = Array.from({ length: 3 }, (_, index) => ({
        code: `r${index}`,
        params: [
          { name: 'a', as: 'number' },
          { name: 'b', as: 'number' },
        ],
        text: { en: 'Because {a} {b}' },
      }));
      const settings = [{ type: 'number', key: 'weight', label: { en: 'W' }, min: 0, max: 1, step: 1, default: 1 }];
      const manifest = { id, kind, settings, name: { en: name }, ...(kind === 'blocker' ? { reasons } : {}) };
      return { name, id, bytes: packageWith(manifest, { code }), must };
    });
}

const many = <T>(count: number, make: (place: number) => T): T[] =>
  Array.from({ length: count }, (_, place) => make(place));
const setting = (key: string, more: Json = {}): Json => ({
  type: 'boolean',
  key,
  label: { en: key },
  default: false,
  ...more,
});
const reason = (code: string, text = 'x', params: unknown[] = []): Json => ({ code, params, text: { en: text } });

/** Packages whose manifest lies or floods: refused before anything of them runs, each with what is said of it. */
export function lyingPackages(): (HostilePackage & { says: RegExp })[] {
  const lies: [string, string, RegExp][] = [
    ['needs a column that isn’t one', packageWith({ needs: { post: ['passphrase'] } }), /needs\.post\.0: unknown post column/],
    ['needs a table that isn’t one', packageWith({ needs: { post: [], secrets: ['all'] } }), /needs: Unrecognized key/],
    ['needs 65 columns', packageWith({ needs: { post: many(65, () => 'likes') } }), /needs\.post: Too big/],
    ['needs the owner’s lists by another name', packageWith({ needs: { owner: ['contacts'] } }), /needs\.owner\.0/],
    ['a settings bomb', packageWith({ settings: many(61, (place) => setting(`s${place}`)) }), /settings: Too big/],
    ['a setting with a billion strings', packageWith({ settings: [setting('s', { type: 'strings', maxItems: 1e9, default: [] })] }), /maxItems/],
    ['a setting named like a prototype', packageWith({ settings: [setting('__proto__')] }), /settings\.0\.key/],
    ['two settings of one name', packageWith({ settings: [setting('s'), setting('s')] }), /settings: two settings have the same key/],
    ['a setting whose default it would refuse', packageWith({ settings: [setting('s', { type: 'number', min: 0, max: 1, step: 1, default: 9 })] }), /settings: the default of s/],
    ['a choice that is none of its choices', packageWith({ settings: [setting('s', { type: 'enum', options: ['a', 'c'].map((value) => ({ value, label: { en: value } })), default: 'b' })] }), /settings: the default of s/],
    ['a setting filled to the brim', packageWith({ settings: [setting('s', { type: 'strings', maxItems: 1, default: many(4000, () => 'x'.repeat(200)) })] }), /settings: the default of s/],
    ['a preset of settings it has not', packageWith({ presets: [{ name: { en: 'P' }, settings: { other: true } }] }), /presets: /],
    ['a setting of HTML', packageWith({ settings: [setting('s', { html: '<script>' })] }), /settings\.0: Unrecognized key/],
    ['a reason flood', packageWith({ reasons: many(61, (place) => reason(`r${place}`)) }), /reasons: Too big/],
    ['a reason as long as a book', packageWith({ reasons: [reason('r', 'x'.repeat(2001))] }), /reasons\.0\.text\.en: Too big/],
    ['a reason with too many numbers', packageWith({ reasons: [reason('r', 'x', many(9, (place) => ({ name: `p${place}`, as: 'number' })))] }), /params: Too big/],
    ['a reason that reads something else', packageWith({ reasons: [reason('r', '{p}', [{ name: 'p', as: 'text' }])] }), /params\.0\.as/],
    ['a name that turns the direction of writing', packageWith({ name: { en: 'abc\u202ecba' } }), /name\.en: a control character/],
    ['a summary of control characters', packageWith({ summary: { en: 'a\u001b[2J' } }), /summary\.en: a control character/],
    ['a name in no language', packageWith({ name: { de: 'Nur deutsch' } }), /name: en is required/],
    ['an id that is a path', packageWith({ id: '../../etc/passwd' }), /id/],
    ['a version that is none', packageWith({ version: 'latest' }), /version/],
    ['more memory than there is', packageWith({ limits: { cpuMsPer1000: 1, memoryMb: 1e6 } }), /limits\.memoryMb/],
    ['all the time there is', packageWith({ limits: { cpuMsPer1000: 1e9, memoryMb: 32 } }), /limits\.cpuMsPer1000/],
    ['another API', packageWith({ apiVersion: 99 }), /apiVersion/],
    ['a part nobody asked for', packageWith({ install: 'curl | sh' }), /Unrecognized key/],
    ['a script beside the code', packageWith({}, { postinstall: 'x' }), /Unrecognized key/],
    ['code that is too much', packageWith({}, { code: `/*${'x'.repeat(900_000)}*/` }), /code: Too big/],
    ['a page that is too much', packageWith({}, { page: 'x'.repeat(100_001) }), /page: Too big/],
    ['larger than a package', packageWith({}, { page: 'x'.repeat(1024 * 1024) }), /larger than 1 MB/],
    ['vectors without end', packageWith({}, { vectors: many(201, () => null) }), /vectors: Too big/],
    ['a vector that is none', packageWith({}, { vectors: [{ name: 'x', call: 'score', n: 1e9 }] }), /not a valid vector/],
    ['vectors it doesn’t keep', packageWith({}, { vectors: [{ name: 'v', call: 'score', n: 1, expect: { score: [7] } }] }), /vector "v": score\[0\]: 0 instead of 7/],
    ['vectors that hold on the recorder’s machine only', packageWith({}, { code: 'module.exports = { score: (b) => ({ score: new Float64Array(b.n).fill(typeof Date === "function" ? 1 : 0) }) };', vectors: [{ name: 'v', call: 'score', n: 1, expect: { score: [1] } }] }), /vector "v": score\[0\]: 0 instead of 1/],
    ['vectors that never end', packageWith({}, { code: 'module.exports = { score: () => { for (;;); } };', vectors: [{ name: 'v', call: 'score', n: 1, expect: { score: [1] } }] }), /vector "v": deadline/],
    ['code that is no program', packageWith({}, { code: 'module.exports = {', vectors: [{ name: 'v', call: 'score', n: 1, expect: { score: [1] } }] }), /vector "v": thrown/],
    ['a prototype', `{"__proto__":{"manifest":{}},"code":"","vectors":[]}`, /manifest|Unrecognized/],
    ['endless nesting', `{"manifest":${'['.repeat(50_000)}`, /not JSON/],
    ['no JSON at all', '#!/bin/sh', /not JSON/],
    ['the name of one that came with the app', packageWith({ id: 'org.datalocker.newest-first' }), /comes with the app/],
  ]; // prettier-ignore
  return lies.map(([name, bytes, says]) => ({ name, bytes, says }));
}
