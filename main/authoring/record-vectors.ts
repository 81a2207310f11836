import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LockerError } from '../../protocol/errors.ts';
import type { AlgorithmPackage, Manifest } from '../../protocol/manifest.ts';
import { outShape } from '../../protocol/sandbox-run.ts';
import { Vector } from '../../protocol/vector.ts';
import type { VectorOut } from '../../protocol/vector-compare.ts';
import { runVector, type SandboxRunner } from '../market/index.ts';

/** An entry as the author wrote it. */
const Entry = z.looseObject({ name: z.string(), call: z.string() });
/** What stands in until the answer is known. */
const NOTHING: Readonly<Record<string, unknown>> = {
  score: { score: [] },
  dampen: { factor: [] },
  explain: { contribution: [] },
  decide: { decisions: [] },
  arrange: { order: [] },
  fit: { state: [] },
};

function numbers(values: ArrayLike<number>): (number | null)[] {
  return Array.from(values, (value) => (Number.isNaN(value) ? null : value));
}

/** An answer in the form that a vector expects it. */
function expectation(manifest: Manifest, answer: VectorOut): unknown {
  switch (answer.call) {
    case 'score':
      return { score: numbers(answer.out.score) };
    case 'fit':
      return { state: numbers(answer.out.state) };
    case 'dampen':
      return { factor: numbers(answer.out.factor) };
    case 'explain':
      return { contribution: numbers(answer.out.contribution) };
    case 'arrange': {
      const { order, reason } = answer.out;
      const codes = reason && Array.from(reason, (place) => manifest.reasons[place]?.code ?? null);
      return { order: [...order], ...(codes === undefined ? {} : { reason: codes }) };
    }
    case 'decide': {
      const { row, severity, target, reason, args } = answer.out;
      const stride = outShape(manifest, 0, 0).argStride;
      const decisions = Array.from(row, (post, place) => {
        const said = manifest.reasons[reason[place] ?? -1];
        const given = args.subarray(place * stride, place * stride + (said?.params.length ?? 0));
        return {
          row: post,
          severity: severity[place],
          target: target[place],
          reason: said?.code,
          ...(given.length === 0 ? {} : { args: numbers(given) }),
        };
      });
      return { decisions };
    }
  }
}

/**
 * Fills in what vectors without `expect` must give: what the algorithm gives now. The author reads it, and from then on it
 * is held to it.
 *
 * @returns the names of those that were filled in
 * @throws LockerError algorithm_invalid where one is not a vector or gives no answer
 */
export async function recordVectors(
  folder: string,
  packed: AlgorithmPackage,
  sandbox: SandboxRunner,
): Promise<string[]> {
  const path = join(folder, packed.manifest.vectors);
  const entries = z.array(Entry).parse(JSON.parse(await readFile(path, 'utf8')));
  const recorded: string[] = [];
  for (const entry of entries) {
    if ('expect' in entry) continue;
    const parsed = Vector.safeParse({ ...entry, expect: NOTHING[entry.call] });
    if (!parsed.success)
      throw new LockerError('algorithm_invalid', { detail: `${entry.name}: ${parsed.error.issues[0]?.message ?? ''}` });
    const run = await runVector(packed, parsed.data, 'hardened', sandbox);
    if ('failure' in run) throw new LockerError('algorithm_invalid', { detail: `${entry.name}: ${run.failure}` });
    entry['expect'] = expectation(packed.manifest, run.answer);
    recorded.push(entry.name);
  }
  if (recorded.length > 0) await writeFile(path, `${JSON.stringify(entries, null, 2)}\n`);
  return recorded;
}
