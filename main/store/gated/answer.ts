import { z } from 'zod';
import type { PlanAnswer, RecordKey } from '../../../protocol/contract/plan.ts';
import type { Json } from '../../../protocol/json.ts';
import { parsed } from '../../derive/index.ts';
import type { RawAnswer } from './gated-read.ts';

/** A row of a list, with its fields as the JSON text that leaves where nothing of them is replaced. */
export interface ListedRow {
  readonly key: RecordKey;
  /** Value of the order field. */
  readonly at: string | number | null;
  readonly fields: string;
}
export interface Listed {
  readonly rows: readonly ListedRow[];
  readonly more: boolean;
}

export function listedOf(raw: RawAnswer): Listed {
  if (raw.kind !== 'rows') throw new TypeError('not rows');
  return {
    rows: raw.rows.map(([ref, identity, , at, fields]) => ({ key: { ref, identity }, at, fields })),
    more: raw.more,
  };
}

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
