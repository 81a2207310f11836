import type { SERVICE_ROUTES } from '../../../protocol/owner/service-routes.ts';
import type { OwnerControl } from '../../contracts/index.ts';
import type { Handlers } from '../call.ts';

/** Services and their contracts: who asks, who has access, what was read, and what the owner makes of it. */
export function serviceHandlers(owner: () => OwnerControl): Pick<Handlers, keyof typeof SERVICE_ROUTES> {
  return {
    services: async () => owner().services(),
    addService: async ({ body }) => owner().addService(body),
    pauseServices: async ({ body }) => {
      await owner().pauseServices(body.paused);
      return { done: true };
    },
    service: async ({ params }) => owner().service(params.id),
    blockService: async ({ params, body }) => {
      await owner().blockService(params.id, body.blocked);
      return { done: true };
    },
    dismissWarnings: async ({ params, body }) => {
      await owner().dismissWarnings(params.id, body.upTo);
      return { done: true };
    },
    accessRequests: async () => owner().accessRequests(),
    watchRequests: async ({ signal }) => owner().watchRequests(signal),
    previewRequest: async ({ params, body }) => owner().previewRequest(params.id, body.limits),
    decideRequest: async ({ params, body }) => owner().decideRequest(params.id, body),
    previewLimits: async ({ params, body }) => owner().previewLimits(params.id, body.limits),
    setLimits: async ({ params, body }) => owner().setLimits(params.id, body.limits),
    pauseGrant: async ({ params, body }) => {
      await owner().pauseGrant(params.id, body.paused);
      return { done: true };
    },
    withdrawGrant: async ({ params }) => {
      await owner().withdrawGrant(params.id);
      return { done: true };
    },
    getPolicy: async () => owner().getPolicy(),
    savePolicy: async ({ body }) => owner().savePolicy(body),
    activity: async ({ query }) => owner().activity(query),
    verifyActivity: async () => owner().verifyActivity(),
    exportActivity: async () => owner().exportActivity(),
  };
}
