import type { Algorithm } from '../protocol/batch.ts';
import type { Call, CallOut, RunRequest, RunResult } from '../protocol/sandbox-run.ts';

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

/** Runs the same code in this process: no copy, no check, no second core. */
export function unsandboxed(): { run<C extends Call>(request: RunRequest<C>): Promise<RunResult<C>> } {
  const modules = new Map<string, Algorithm>();
  return {
    async run<C extends Call>(request: RunRequest<C>): Promise<RunResult<C>> {
      const module = modules.get(request.hash) ?? load(request.code);
      modules.set(request.hash, module);
      const ctx = { ...request.ctx, rows: () => [] };
      module.init?.(request.settings, ctx);
      const call: Calls[C] = CALLS[request.call];
      const out = call(module, { batch: request.batch, ctx, ...(request.rows ? { rows: request.rows } : {}) });
      return out === undefined ? { ok: false, reason: 'thrown', ms: 0 } : { ok: true, out, ms: 0 };
    },
  };
}

function load(code: string): Algorithm {
  const module: { exports: Algorithm } = { exports: {} };
  const body: unknown = Reflect.construct(Function, ['module', code]);
  if (typeof body === 'function') Reflect.apply(body, undefined, [module]);
  return module.exports;
}
