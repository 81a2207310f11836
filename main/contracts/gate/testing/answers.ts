import { expect } from 'vitest';
import { z } from 'zod';
import { ChangePage, RecordList, type Change, type ServiceRecord } from '../../../../protocol/service/records.ts';
import { LockerError } from '../../../../protocol/errors.ts';
import type { Answer } from '../../service-access.ts';
import type { GatedLocker } from './gated-locker.ts';

export type Item = ServiceRecord;

/** The answer, which is none of the refused ones. */
export function answered<T>(answer: Answer<T>): Extract<Answer<T>, { kind: 'answered' }> {
  if (answer.kind === 'refused') throw new Error(`${answer.error.code} ${answer.error.detail ?? ''}`);
  expect(JSON.parse(answer.json === '' ? 'null' : answer.json)).toEqual(answer.value);
  return answer;
}

const Told = z.object({ kind: z.string(), error: z.instanceof(LockerError).optional() });

/** The code by which it was refused, or `answered`. */
export function codeOf(answer: object): string {
  const { kind, error } = Told.parse(answer);
  return error?.code ?? kind;
}

export function items(answer: Answer): Item[] {
  const { value } = answered(answer);
  return z.object({ items: RecordList.shape.items }).parse(value).items;
}

/** Follows a clause's changes page by page, as a service does. */
export interface Follower {
  page(): Promise<ChangePage>;
  all(): Promise<Change[]>;
  cursor: string | undefined;
}

export function follower(
  { gate, caller }: Pick<GatedLocker, 'gate' | 'caller'>,
  options: { clause?: string; limit?: number; datatype?: 'social.post' } = {},
): Follower {
  const { clause = 'posts', limit = 100, datatype } = options;
  const self: Follower = {
    cursor: undefined,
    async page() {
      const query = {
        clause,
        limit,
        ...(datatype === undefined ? {} : { datatype }),
        ...(self.cursor === undefined ? {} : { cursor: self.cursor }),
      };
      const page = ChangePage.parse(answered(await gate.changes(caller, query)).value);
      self.cursor = page.cursor;
      return page;
    },
    async all() {
      const changes: Change[] = [];
      for (;;) {
        const page = await self.page();
        changes.push(...page.changes);
        if (!page.more) return changes;
      }
    },
  };
  return self;
}

/** `put <content>` or `remove`, of each change. */
export function told(changes: readonly Change[]): string[] {
  return changes.map((change) => {
    const { content } = change.kind === 'put' ? change.fields : {};
    return change.kind === 'put' ? `put ${typeof content === 'string' ? content.replace(/<.*?>/g, '') : ''}` : 'remove';
  });
}
