import type { Algorithm, Batch, Ctx } from '../../../protocol/batch.ts';
import { LockerError } from '../../../protocol/errors.ts';
import { Manifest } from '../../../protocol/manifest.ts';
import type { Call, CallOut, RunRequest, RunResult } from '../../../protocol/sandbox-run.ts';
import type { Algorithms } from '../feed-maker.ts';
import type { LoadedAlgorithm } from '../member.ts';
import type { Sandbox } from '../runner.ts';

/** An algorithm for tests: parts of a manifest, and the module itself. */
export interface FakeAlgorithm {
  manifest: Partial<Manifest> & Pick<Manifest, 'id' | 'kind'>;
  module: Algorithm;
}

export interface FakeRuns {
  sandbox: Sandbox;
  algorithms: Algorithms;
  /** `call id` of each run so far. */
  runs: string[];
  /** Batches given so far. */
  batches: Batch[];
  /** Ids whose next runs fail. */
  failing: Set<string>;
  failures: string[];
  suspended: Set<string>;
}

/** Runs algorithms in this process, as the sandbox would. */
export function fakeRuns(fakes: readonly FakeAlgorithm[]): FakeRuns {
  const byId = new Map(fakes.map((fake) => [fake.manifest.id, { ...fake, loaded: loaded(fake) }]));
  const state: Omit<FakeRuns, 'sandbox' | 'algorithms'> = {
    runs: [],
    batches: [],
    failing: new Set(),
    failures: [],
    suspended: new Set(),
  };
  return {
    ...state,
    algorithms: {
      async load(id) {
        const found = byId.get(id);
        if (found === undefined) throw new LockerError('algorithm_not_found');
        return { ...found.loaded, suspendedUntil: state.suspended.has(id) ? 1 : null };
      },
      async recordFailure(id) {
        state.failures.push(id);
      },
    },
    sandbox: {
      async run<C extends Call>(request: RunRequest<C>): Promise<RunResult<C>> {
        const found = byId.get(request.code);
        state.runs.push(`${request.call} ${request.code}`);
        state.batches.push(request.batch);
        if (found === undefined || state.failing.has(request.code)) return { ok: false, reason: 'deadline', ms: 0 };
        const { module } = found;
        const ctx = { ...request.ctx, rows: () => [] };
        module.init?.(request.settings, ctx);
        const answer: Calls[C] = CALLS[request.call];
        const out = answer(module, { ...request, ctx });
        return out === undefined ? { ok: false, reason: 'thrown', ms: 0 } : { ok: true, out, ms: 0 };
      },
    },
  };
}

type Given = Pick<RunRequest, 'batch' | 'rows'> & { ctx: Parameters<NonNullable<Algorithm['score']>>[1] };
type Calls = { [C in Call]: (module: Algorithm, given: Given) => CallOut[C] | undefined };

const CALLS: Calls = {
  score: (module, { batch, ctx }) => module.score?.(batch, ctx),
  decide: (module, { batch, ctx }) => module.decide?.(batch, ctx),
  arrange: (module, { batch, ctx }) => module.arrange?.(batch, ctx),
  dampen: (module, { batch, ctx }) => {
    const factor = module.dampen?.(batch, ctx);
    return factor === undefined ? undefined : { factor };
  },
  explain: (module, { batch, ctx, rows }) => {
    const contribution = module.explain?.(batch, ctx, rows ?? new Uint32Array(0));
    return contribution === undefined ? undefined : { contribution };
  },
  fit: (module, { batch, ctx }) => {
    const state = module.fit?.(batch, ctx);
    return state === undefined ? undefined : { state };
  },
};

function loaded({ manifest }: FakeAlgorithm): LoadedAlgorithm {
  return {
    manifest: Manifest.parse({
      apiVersion: 1,
      version: '1.0.0',
      scope: 'slate',
      name: { en: manifest.id },
      summary: { en: manifest.id },
      license: 'MIT',
      source: '',
      author: '',
      needs: {},
      window: { maxAgeHours: null, maxItems: null },
      limits: { cpuMsPer1000: 1, memoryMb: 32 },
      ...manifest,
    }),
    code: manifest.id,
    hash: `hash of ${manifest.id}`,
    tier: 'fast',
  };
}

/** A ranker by one column. */
export function byColumn(id: string, column: 'likes' | 'replies' | 'boosts'): FakeAlgorithm {
  const value = (batch: Batch, row: number): number => batch.f64[column]?.[row] ?? NaN;
  return {
    manifest: {
      id,
      kind: 'ranker',
      needs: { post: [column], author: [], text: 'none', owner: [], labels: false },
      contributions: [{ name: { en: column }, columns: [column] }],
    },
    module: {
      score: (batch) => ({ score: Float64Array.from({ length: batch.n }, (_, row) => value(batch, row)) }),
      explain: (batch, _ctx, rows) => Float64Array.from(rows, (row) => value(batch, row) - 1.5),
    },
  };
}

/** A blocker that hides posts whose text holds one of the owner's words, unless the owner follows their author. */
export function wordBlocker(id: string): FakeAlgorithm {
  return {
    manifest: {
      id,
      kind: 'blocker',
      scope: 'item',
      needs: { post: [], author: ['iFollow'], text: 'full', owner: ['words'], labels: false },
      reasons: [{ code: 'word', params: [{ name: 'word', as: 'word' }], text: { en: 'Has “{word}”' } }],
    },
    module: {
      decide(batch: Batch, ctx: Ctx) {
        const found: [number, number][] = [];
        const { text } = batch;
        for (let row = 0; row < batch.n; row++) {
          const from = text?.off[text.postSeg[row] ?? 0] ?? 0;
          const to = text?.off[text.postSeg[row + 1] ?? 0] ?? 0;
          const content = String(text?.arena.slice(from, to));
          if (batch.author.u8.iFollow?.[batch.u32.authorIdx?.[row] ?? -1] === 1) continue;
          ctx.owner.words?.forEach(({ value }, word) => {
            if (content.includes(value)) found.push([row, word]);
          });
        }
        return {
          row: Uint32Array.from(found, ([row]) => row),
          severity: Uint8Array.from(found, () => 3),
          target: Uint8Array.from(found, () => 0),
          reason: Uint16Array.from(found, () => 0),
          args: Float64Array.from(found, ([, word]) => word),
        };
      },
    },
  };
}

/** A reranker that turns the order it is given round. */
export function reverser(id: string): FakeAlgorithm {
  return {
    manifest: { id, kind: 'reranker', reasons: [{ code: 'turned', params: [], text: { en: 'Turned round' } }] },
    module: {
      arrange: (batch) => ({
        order: Uint32Array.from({ length: batch.n }, (_, i) => batch.n - 1 - i),
        reason: new Uint16Array(batch.n),
      }),
    },
  };
}
