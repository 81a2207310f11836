import type { Labels } from '../../labels/index.ts';
import type { LABEL_ROUTES } from '../../../protocol/owner/label-routes.ts';
import type { Handlers } from '../call.ts';

/** Labelers and lists: what they would do, subscribing, deciding what each label does. */
export function labelHandlers(
  labels: () => Omit<Labels, typeof Symbol.asyncDispose>,
): Pick<Handlers, keyof typeof LABEL_ROUTES> {
  return {
    labelSources: async () => ({ items: await labels().all() }),
    previewLabels: async ({ body }) => labels().previewAddress(body),
    previewLabelFile: async ({ query, body }) => labels().previewFile(body, query.key ?? null, query.name),
    subscribeLabels: async ({ body }) => labels().subscribe(body),
    renewLabels: async ({ params, body }) => labels().renew(params.id, body.preview),
    changeLabels: async ({ params, body }) => labels().change(params.id, body),
    dropLabels: async ({ params }) => {
      await labels().drop(params.id);
      return { done: true };
    },
    pollLabels: async ({ params }) => labels().poll(params.id),
    chooseLabel: async ({ params, body }) => labels().choose(params.id, body),
    exceptLabel: async ({ params, body }) => labels().except(params.id, body),
    dropLabelException: async ({ params }) => {
      await labels().dropException(params.exception);
      return { done: true };
    },
  };
}
