import type { z } from 'zod';
import { LockerError } from '../../protocol/errors.ts';
import { ROUTES, type Route } from '../../protocol/owner/routes.ts';
import type { Instance } from './instance.ts';
import { askInstance, Link, LINK_ROUTE } from './instance-client.ts';

interface Input {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** The owner API as the command line uses it, over the instance socket. */
export interface OwnerClient {
  call<S extends z.ZodType>(route: Route & { readonly answer: S }, input: Input): Promise<z.output<S>>;
  /** Calls back with each line of a streamed answer. */
  lines<S extends z.ZodType>(
    route: Route & { readonly line: S },
    input: Input,
    onLine: (line: z.output<S>) => void,
  ): Promise<void>;
}

function pathOf(route: Route, input: Input): string {
  const path = route.path.replaceAll(/:([a-z]+)/g, (_, name: string) => encodeURIComponent(input.params?.[name] ?? ''));
  return input.query === undefined ? path : `${path}?${new URLSearchParams(input.query).toString()}`;
}

function clientWith(instance: Instance, session: string): OwnerClient {
  const ask = (route: Route, input: Input): Parameters<typeof askInstance>[1] => ({
    method: route.method,
    path: pathOf(route, input),
    session,
    ...(route.body === undefined ? {} : { body: input.body ?? {} }),
  });
  return {
    call: async (route, input) => route.answer.parse(await askInstance(instance, ask(route, input))),
    async lines(route, input, onLine) {
      await askInstance(instance, {
        ...ask(route, input),
        onLine: (line) => onLine(route.line.parse(JSON.parse(line))),
      });
    },
  };
}

/**
 * A session with a locker that answers on its instance socket.
 *
 * @param passphrase asked for only where the vault is locked
 * @throws LockerError `no_locker`, `wrong_passphrase`, or the problem that keeps the locker shut
 */
export async function openClient(instance: Instance, passphrase: () => Promise<string>): Promise<OwnerClient> {
  const anonymous = clientWith(instance, '');
  const { state } = await anonymous.call(ROUTES.status, {});
  if (state === 'new') throw new LockerError('no_locker');
  if (state === 'vault-locked') {
    const { token } = await anonymous.call(ROUTES.openSession, { body: { passphrase: await passphrase() } });
    return clientWith(instance, token);
  }
  const { path } = Link.parse(await askInstance(instance, { method: 'POST', path: LINK_ROUTE }));
  const launch = path.slice(path.indexOf('=') + 1);
  const { token } = await anonymous.call(ROUTES.openSession, { body: { launch } });
  return clientWith(instance, token);
}
