import { expect } from 'vitest';
import type { Change, ChangePage } from '../../../../protocol/service/records.ts';
import type { Answer } from '../../service-access.ts';
import type { GatedLocker } from './gated-locker.ts';

export interface Item {
  readonly id: string;
  readonly fields: Record<string, unknown>;
}

/** The answer, which is none of the refused ones. */
export function answered<T>(answer: Answer<T>): Extract<Answer<T>, { kind: 'answered' }> {
  if (answer.kind === 'refused') throw new Error(`${answer.error.code} ${answer.error.detail ?? ''}`);
  expect(JSON.parse(answer.json === '' ? 'null' : answer.json)).toEqual(answer.value);
  return answer;
}

export function codeOf(answer: object): string {
  if ('error' in answer) return (answer.error as { code: string }).code;
  return (answer as { kind: string }).kind;
}

export function items(answer: Answer): Item[] {
  return (answered(answer).value as { items: Item[] }).items;
}

/** Follows a clause's changes page by page, as a service does. */
export function follower(
  { gate, caller }: Pick<GatedLocker, 'gate' | 'caller'>,
  options: { clause?: string; limit?: number; datatype?: 'social.post' } = {},
): { page(): Promise<ChangePage>; all(): Promise<Change[]>; cursor: string | undefined } {
  const { clause = 'posts', limit = 100, datatype } = options;
  const self = {
    cursor: undefined as string | undefined,
    async page() {
      const query = {
        clause,
        limit,
        ...(datatype === undefined ? {} : { datatype }),
        ...(self.cursor === undefined ? {} : { cursor: self.cursor }),
      };
      const page = answered(await gate.changes(caller, query)).value as ChangePage;
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
  return changes.map((change) =>
    change.kind === 'put' ? `put ${String(change.fields['content']).replace(/<.*?>/g, '')}` : 'remove',
  );
}
