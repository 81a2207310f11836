import { z } from 'zod';
import type { Approvals, ServiceAccess } from '../contracts/index.ts';
import { createServiceApi } from '../service-api/index.ts';
import type { Store } from '../store/index.ts';
import type { Log } from './log.ts';
import type { ServiceListener } from './service-listener.ts';

const ISSUER_KEY = 'services.issuer';

export interface ServeServicesOptions {
  readonly listener: ServiceListener;
  readonly approvals: Approvals;
  readonly access: ServiceAccess;
  /** The locker's public keys, as JWKs. */
  readonly keys: readonly Readonly<Record<string, unknown>>[];
  readonly erasureAnswered: (clientId: string, grantId: string, jws: string) => Promise<void>;
  readonly store: Store;
  /** Folder of the pages that a browser sees. */
  readonly pages: string;
  readonly version: string;
  readonly log: Log;
}

/** Services keep this address with their tokens: another one is another locker to them. */
async function keepIssuer({ store, log }: ServeServicesOptions, issuer: string): Promise<void> {
  const kept = z.string().safeParse(await store.read('settings.get', { key: ISSUER_KEY })).data;
  if (kept === issuer) return;
  if (kept !== undefined)
    log.note('the address for services has changed: services that have a contract must ask again');
  await store.write('settings.set', { key: ISSUER_KEY, value: issuer });
}

/** Answers services for as long as the locker is open; disposing of it lets requests end and closes the door. */
export async function serveServices(options: ServeServicesOptions): Promise<AsyncDisposable> {
  const { listener, approvals, access, keys, erasureAnswered, store, pages, version, log } = options;
  const { issuer } = listener;
  if (issuer === null) return { [Symbol.asyncDispose]: async () => {} };
  await keepIssuer(options, issuer);
  const api = await createServiceApi({
    approvals,
    access,
    erasureAnswered,
    store,
    keys,
    issuer,
    pages,
    version,
    now: Date.now,
    onFault: (error) => log.fault(error),
  });
  listener.serve(api);
  return {
    async [Symbol.asyncDispose]() {
      listener.serve(null);
      await api[Symbol.asyncDispose]();
    },
  };
}
