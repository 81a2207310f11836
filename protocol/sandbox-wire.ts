import { z } from 'zod';
import { CALLS, type Call, type OutShape } from './sandbox-run.ts';
import { SettingValues } from './manifest.ts';

/**
 * What goes over the pipes between core and a sandbox process. A frame is: header bytes (u32), payload bytes (u32), the
 * header as UTF-8 JSON, zeros up to a multiple of 8, the payload. All numbers little-endian. A payload is the header's
 * `sections` one after another, each starting at a multiple of 8.
 */
export const PREFIX_BYTES = 8;

export const WIRE_LIMITS = {
  headerToChild: 4 * 1024 * 1024,
  payloadToChild: 768 * 1024 * 1024,
  headerFromChild: 1024,
  /** Bytes of batches one process keeps for later runs. */
  heldBatches: 768 * 1024 * 1024,
  /** `ctx.state` and the output of `fit`. */
  stateNumbers: 8192,
  /** Isolates that one process keeps for the algorithms they have rehearsed; past it the oldest goes. */
  rehearsed: 12,
} as const;

/** Bytes per element. Strings travel as latin1 where they fit, so that lone surrogates and offsets survive. */
export const ELEMENT_BYTES = { f64: 8, u32: 4, u16: 2, u8: 1, latin1: 1, utf16: 2 } as const;
export type SectionType = keyof typeof ELEMENT_BYTES;

export const Section = z.strictObject({
  name: z.string().regex(/^[a-z][A-Za-z0-9.]{0,59}$/),
  type: z.enum(['f64', 'u32', 'u16', 'u8', 'latin1', 'utf16']),
  length: z.int().min(0).max(WIRE_LIMITS.payloadToChild),
});
export type Section = z.infer<typeof Section>;

export function padded(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

export function sectionBytes(section: Section): number {
  return section.length * ELEMENT_BYTES[section.type];
}

/** Length of the payload that holds these sections. */
export function payloadBytes(sections: readonly Section[]): number {
  return sections.reduce((sum, section) => sum + padded(sectionBytes(section)), 0);
}

const Digest = z.string().min(1).max(200);
const Count = z.int().min(0).max(0xffffffff);
const MemoryMb = z.int().min(8).max(4096);

export const Shape = z.strictObject({
  n: Count,
  maxDecisions: Count,
  argStride: z.int().min(0).max(64),
  reasons: z.int().min(0).max(65535),
  contributions: z.int().min(0).max(1000),
}) satisfies z.ZodType<OutShape>;

const OwnerWord = z.strictObject({
  value: z.string(),
  targets: z.array(z.enum(['content', 'tag'])),
  severity: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]),
  excludeFollowing: z.boolean(),
  expiresAt: z.number().nullable(),
  tokens: z.array(z.int().min(0)).optional(),
});

const OwnerLabel = z.strictObject({
  source: z.string(),
  value: z.string(),
  about: z.enum(['post', 'account', 'host']),
  severity: z.union([z.literal(-1), z.literal(0), z.literal(1), z.literal(2), z.literal(3)]).nullable(),
  advised: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]),
});

/** `Ctx` without its state, which is a section. */
const WireCtx = z.strictObject({
  now: z.number(),
  seed: z.number(),
  owner: z.strictObject({
    words: z.array(OwnerWord).optional(),
    hosts: z.array(z.string()).optional(),
    labels: z.array(OwnerLabel).optional(),
  }),
  apiVersion: z.literal(1),
});
export type WireCtx = z.infer<typeof WireCtx>;

export const ToChild = z.discriminatedUnion('type', [
  /** Keep this batch under its digest. Sections: `f64.replies`, `author.u8.iFollow`, `text.off`, `text.arena`, … */
  z.strictObject({
    type: z.literal('batch'),
    digest: Digest,
    n: Count,
    authors: Count,
    langs: z.array(z.string()).nullable(),
    sections: z.array(Section).max(100),
  }),
  z.strictObject({ type: z.literal('forget'), digest: Digest }),
  /** Keep this code under its hash. One section, `code`. */
  z.strictObject({ type: z.literal('code'), hash: Digest, sections: z.array(Section).length(1) }),
  /**
   * Make one more spare isolate that has seen nothing, unless there are `spares` already; with `rehearse`, one in which this
   * call of this code with these settings has run over made-up columns like those of its last run, unless there is one.
   */
  z.strictObject({
    type: z.literal('warm'),
    memoryMb: MemoryMb,
    spares: z.int().min(1).max(32),
    rehearse: z.strictObject({ hash: Digest, call: z.enum(CALLS), settings: SettingValues }).optional(),
  }),
  /** Sections: `rows` (u32, explain only) and `state` (f64), either may be absent. */
  z.strictObject({
    type: z.literal('run'),
    id: Count,
    hash: Digest,
    digest: Digest,
    call: z.enum(CALLS),
    settings: SettingValues,
    ctx: WireCtx,
    shape: Shape,
    memoryMb: MemoryMb,
    /** When the engine itself should stop. No bound, which only core's watchdog is: it helps when core is gone. */
    stopAfterMs: z.int().min(1),
    sections: z.array(Section).max(2),
  }),
]);
export type ToChild = z.infer<typeof ToChild>;

export const FromChild = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready'), permission: z.boolean() }),
  z.strictObject({ type: z.literal('warmed'), spares: Count }),
  /** The payload is the run's output, see OUT_HEADER_BYTES. */
  z.strictObject({ type: z.literal('done'), id: Count, spares: Count }),
]);
export type FromChild = z.infer<typeof FromChild>;

/**
 * A run's output: four u32 (status, count, flags, 0), then the arrays of the call, widest elements first:
 * score, dampen f64[n] · explain f64[rows × contributions] · fit f64[count] · arrange u32[n], then u16[n] if flag 1 ·
 * decide f64[count × argStride], u32 row[count], u16 reason[count], u8 severity[count], u8 target[count].
 * A status other than ok has nothing after the header.
 */
export const OUT_HEADER_BYTES = 16;
export const OUT_STATUS = { ok: 0, thrown: 1, invalid: 2 } as const;
export const OUT_FLAG_REASON = 1;

/** Longest output of a call. */
export function maxOutBytes(call: Call, shape: OutShape, rows: number): number {
  return OUT_HEADER_BYTES + bodyBytes(call, shape, rows);
}

function bodyBytes(call: Call, shape: OutShape, rows: number): number {
  switch (call) {
    case 'score':
    case 'dampen':
      return shape.n * 8;
    case 'explain':
      return rows * shape.contributions * 8;
    case 'fit':
      return WIRE_LIMITS.stateNumbers * 8;
    case 'arrange':
      return shape.n * 6;
    case 'decide':
      return shape.maxDecisions * (shape.argStride * 8 + 8);
  }
}
