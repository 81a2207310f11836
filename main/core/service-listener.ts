import { LockerError } from '../../protocol/errors.ts';
import { listen, sendProblem } from '../http/index.ts';
import { serviceDoor, type ServiceApi } from '../service-api/index.ts';
import type { Log } from './log.ts';

/** Where services may reach a locker. */
export interface ServicePlace {
  /** On 127.0.0.1; 0: any free one. */
  readonly port: number;
  /** Under which address a proxy makes that port known; null: the port itself. */
  readonly origin: string | null;
}

/** The listener for services: it stays while the locker is locked and opened again. */
export interface ServiceListener extends AsyncDisposable {
  /** Scheme, host and port under which services know this locker; null: they cannot reach it. */
  readonly issuer: string | null;
  /** Why services cannot reach it although they should, for people; null: they can, or must not. */
  readonly problem: string | null;
  /** Answers by the API of the locker that is open now; null: `locked`. */
  serve(api: ServiceApi | null): void;
}

/** Far more than honest services hold open; those beyond would cost the owner's screens and files their descriptors. */
const MAX_CONNECTIONS = 512;

const NOBODY: ReadonlySet<string> = new Set();

function closed(problem: string | null): ServiceListener {
  return { issuer: null, problem, serve: () => {}, [Symbol.asyncDispose]: async () => {} };
}

/** Binds the port for services. One that is taken keeps services out and nothing else. */
export async function listenForServices(place: ServicePlace | null, log: Log): Promise<ServiceListener> {
  if (place === null) return closed(null);
  let current: ServiceApi | null = null;
  const originOf = (port: number): string => place.origin ?? `http://127.0.0.1:${port}`;
  try {
    const listening = await listen(
      { port: place.port, host: '127.0.0.1' },
      (port) => serviceDoor(originOf(port ?? place.port), () => current?.origins() ?? NOBODY),
      (request, response) => {
        if (current === null) sendProblem(response, new LockerError('locked'));
        else current.handle(request, response);
      },
      { maxConnections: MAX_CONNECTIONS },
    );
    return {
      issuer: originOf(listening.port ?? place.port),
      problem: null,
      serve(api) {
        current = api;
      },
      [Symbol.asyncDispose]: () => listening[Symbol.asyncDispose](),
    };
  } catch (error) {
    if (!(error instanceof LockerError) || error.code !== 'port_in_use') throw error;
    log.note(`services cannot reach this locker: port_in_use (${place.port})`);
    return closed(
      `Another program is using port ${place.port}, so services cannot reach this locker. Close that program and start the locker again, or start it with --service-port.`,
    );
  }
}
