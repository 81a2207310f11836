import { packageWith, type HostilePackage } from './packages.ts';

type Made = HostilePackage & { readonly id: string };

const reason = (code: string, text: string): Record<string, unknown> => ({ code, params: [], text: { en: text } });

/** Code that hides every post it is given, if `when` says so. */
const hiding = (when: string): string => `module.exports = { decide: (batch) => {
  const { n } = batch;
  const rows = (${when}) ? n : 0;
  return {
    row: Uint32Array.from({ length: rows }, (_, row) => row),
    severity: new Uint8Array(rows).fill(3),
    target: new Uint8Array(rows),
    reason: new Uint16Array(rows),
    args: new Float64Array(0),
  };
} };`;

function made(name: string, id: string, manifest: Record<string, unknown>, parts: Record<string, unknown>): Made {
  return { name, id, bytes: packageWith({ id, ...manifest }, parts) };
}

/** A blocker that keeps every rule and hides everything. */
export function hidesAll(): Made {
  const reasons = [reason('no', 'It is not good for you')];
  const manifest = { kind: 'blocker', name: { en: 'Censor' }, reasons };
  return made('hides all', 'com.ana.censor', manifest, { code: hiding('true') });
}

/** Harmless on its own examples, whose batches are small; hides everything of an owner's. */
export function knowsItsExaminer(): Made {
  const vectors = [
    {
      name: 'hides nothing',
      call: 'decide',
      n: 2,
      post: { replies: [1, 2], ageHours: [1, 2] },
      expect: { decisions: [] },
    },
  ];
  const manifest = { kind: 'blocker', name: { en: 'Sheep' }, reasons: [reason('no', 'Because')] };
  return made('knows its examiner', 'com.ana.sheep', manifest, { code: hiding('n > 10'), vectors });
}

/** As many marks as are allowed, each with another reason, on posts and on their authors. */
export function floodsReasons(): Made {
  const reasons = Array.from({ length: 60 }, (_, place) => reason(`r${place}`, 'y'.repeat(1900)));
  const code = `module.exports = { decide: ({ n }) => ({
    row: Uint32Array.from({ length: 2 * n }, (_, at) => at >> 1),
    severity: new Uint8Array(2 * n).fill(1),
    target: Uint8Array.from({ length: 2 * n }, (_, at) => at & 1),
    reason: Uint16Array.from({ length: 2 * n }, (_, at) => at % 60),
    args: new Float64Array(0),
  }) };`;
  return made('floods reasons', 'com.ana.flood', { kind: 'blocker', name: { en: 'Flood' }, reasons }, { code });
}

/** The largest page and the most settings that are allowed. */
export function fillsScreens(): Made {
  const settings = Array.from({ length: 60 }, (_, place) => ({
    type: 'strings',
    key: `s${place}`,
    label: { en: 'L'.repeat(100) },
    maxItems: 1000,
    default: [],
  }));
  const manifest = { name: { en: 'Wallpaper' }, settings };
  return made('fills screens', 'com.ana.wallpaper', manifest, { page: '<script>alert(1)</script>'.repeat(3900) });
}

/** Explanations that are too long, or never come. */
export function explainsBadly(): Made[] {
  const code = (explain: string): string =>
    `module.exports = { score: ({ n, f64 }) => ({ score: f64.replies }), explain: (batch, ctx, rows) => { ${explain} } };`;
  const contributions = [{ name: { en: 'Answers' }, columns: ['replies'] }];
  return [
    made('explains too much', 'com.ana.talker', { contributions }, { code: code('return new Float64Array(1e6);') }),
    made('explains in no numbers', 'com.ana.nan', { contributions }, { code: code('return new Float64Array(rows.length).fill(NaN);') }),
    made('explains for ever', 'com.ana.mumbler', { contributions }, { code: code('for (;;);') }),
  ]; // prettier-ignore
}

/** Learners that keep more than they may, or what is no number. */
export function hoardsState(): Made[] {
  const learner = (id: string, fit: string): Made =>
    made(id, `com.ana.${id}`, { learns: 'reading' }, { code: `module.exports = { score: ({ f64 }, ctx) => ({ score: f64.ageHours.map((age) => (ctx.state === undefined ? -age : age)) }), fit: () => { ${fit} } };` }); // prettier-ignore
  return [
    learner('hoarder', 'return new Float64Array(8193);'),
    learner('dreamer', 'return Float64Array.of(1, Infinity);'),
    learner('sleeper', 'for (;;);'),
    learner('blower', 'const all = []; for (;;) all.push(new Float64Array(1e6).fill(1));'),
  ];
}
