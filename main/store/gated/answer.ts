import { z } from 'zod';
import type { PlanAnswer } from '../../../protocol/contract/plan.ts';
import type { Json } from '../../../protocol/json.ts';
import { parsed } from '../../derive/index.ts';
import type { RawAnswer } from './gated-read.ts';

/** The answer with its values read. */
export function answerOf(raw: RawAnswer): PlanAnswer {
  switch (raw.kind) {
    case 'rows':
      return {
        kind: 'rows',
        rows: raw.rows.map(([ref, identity, seq, at, fields]) => ({
          key: { ref, identity },
          seq,
          at,
          values: parsed(fields),
        })),
        more: raw.more,
      };
    case 'count':
      return raw;
    case 'groups':
      return {
        kind: 'groups',
        groups: raw.groups.map(([bucket, by, count]) => ({ bucket, by: by === null ? null : jsonOf(by), count })),
        more: raw.more,
      };
    case 'changes':
      return {
        ...raw,
        changes: raw.changes.map(([seq, ref, identity, fields]) => ({
          key: { ref, identity },
          seq,
          values: fields === null ? null : parsed(fields),
        })),
      };
  }
}

function jsonOf(text: string): Json {
  return z.json().parse(JSON.parse(text));
}
