import type { Intake } from '../../intake/index.ts';
import type { Handlers } from '../call.ts';

type Subscriptions = Pick<
  Intake,
  'subscriptions' | 'addSubscription' | 'changeSubscription' | 'dropSubscription' | 'pollSubscription'
>;
type SubscriptionRoutes =
  'subscriptions' | 'addSubscription' | 'changeSubscription' | 'dropSubscription' | 'pollSubscription';

/** Feeds by address that are read again and again. */
export function subscriptionHandlers(intake: () => Subscriptions): Pick<Handlers, SubscriptionRoutes> {
  return {
    subscriptions: async () => ({ items: await intake().subscriptions() }),
    addSubscription: async ({ body }) => intake().addSubscription(body),
    changeSubscription: async ({ params, body }) => intake().changeSubscription(params.id, body),
    dropSubscription: async ({ params }) => {
      await intake().dropSubscription(params.id);
      return { done: true };
    },
    pollSubscription: async ({ params }) => intake().pollSubscription(params.id),
  };
}
