import type { Store } from '../../store/index.ts';
import type { Outbox } from '../webhooks/outbox.ts';

const AT_ONCE = 20;

/**
 * Notices that were committed with the facts that they tell of. One that is given up is written down, and so is that the
 * service could not be reached about erasing.
 */
export function createOutbox({ store, now }: { store: Pick<Store, 'read' | 'write'>; now: () => number }): Outbox {
  const unsent = new Map<number, { grant: string; service: string; kind: string }>();

  async function giveUp(id: number, problem: string): Promise<void> {
    const notice = unsent.get(id);
    await store.write('outbox.done', { id, at: now(), problem });
    if (notice === undefined) return;
    const { grant, service, kind } = notice;
    await store.write('contracts.warn', { service, code: 'webhook_failed', at: now() });
    if (kind === 'erasure.demanded') await store.write('contracts.erasureReach', { grant, unreachable: true });
  }

  return {
    async due(at) {
      const { due, next } = await store.read('outbox.due', { now: at, limit: AT_ONCE });
      unsent.clear();
      for (const { id, grant, service, kind } of due) unsent.set(id, { grant, service, kind });
      const gone = due.filter(({ webhook }) => webhook === null);
      for (const { id } of gone) await giveUp(id, 'no webhook');
      return {
        due: due.flatMap(({ webhook, grant, service: _, ...notice }) =>
          webhook === null ? [] : [{ ...notice, webhook, grantId: grant }],
        ),
        next: due.length === AT_ONCE || gone.length > 0 ? at : next,
      };
    },
    async delivered(id) {
      await store.write('outbox.done', { id, at: now(), problem: null });
      const notice = unsent.get(id);
      if (notice?.kind === 'erasure.demanded') {
        await store.write('contracts.erasureReach', { grant: notice.grant, unreachable: false });
      }
    },
    async failed(id, nextAt, problem) {
      const short = problem.slice(0, 60);
      if (nextAt === null) await giveUp(id, short);
      else await store.write('outbox.again', { id, due: nextAt, problem: short });
    },
  };
}
