import { LockerError } from '../../../protocol/errors.ts';
import type { SessionGranted } from '../../../protocol/owner/session.ts';
import type { Attempts } from '../attempts.ts';
import type { Handlers } from '../call.ts';
import type { LockerControl } from '../locker-control.ts';
import type { Sessions } from '../sessions.ts';

export interface LockerHandlerOptions {
  readonly locker: LockerControl;
  readonly sessions: Sessions;
  readonly attempts: Attempts;
  /** Minutes without use until a session ends; 0: never. */
  readonly idleMinutes: () => number;
  readonly version: string;
  readonly sample: boolean;
  /** Told of each session that is granted, and how; never throws. */
  readonly onLogin: (way: 'passphrase' | 'launch' | 'recovery' | 'created') => Promise<void>;
}

type LockerRoutes =
  'status' | 'createLocker' | 'openSession' | 'recover' | 'lock' | 'changePassphrase' | 'newRecoveryCode';

/** Making, opening and locking the locker, and the owner's sessions. */
export function lockerHandlers(options: LockerHandlerOptions): Pick<Handlers, LockerRoutes> {
  const { locker, sessions, attempts, version, sample } = options;
  const granted = (): SessionGranted => ({ token: sessions.grant(), idleMinutes: options.idleMinutes() });

  return {
    status: async () => ({ state: locker.state(), version, sample, problem: locker.problem() }),

    createLocker: async ({ body }) => {
      const recoveryCode = await locker.create(body.passphrase);
      // The launch link's session has done its work.
      sessions.endAll();
      await options.onLogin('created');
      return { ...granted(), recoveryCode };
    },

    openSession: async ({ body }) => {
      if ('launch' in body) {
        // Also before there is a locker and while the vault is locked: what the session then allows is up to each route.
        if (!sessions.redeem(body.launch)) throw new LockerError('launch_link_used');
        await options.onLogin('launch');
        return granted();
      }
      const { passphrase } = body;
      await attempts.run(() => locker.unlock(passphrase));
      await options.onLogin('passphrase');
      return granted();
    },

    recover: async ({ body }) => {
      const recoveryCode = await attempts.run(() => locker.recover(body.recoveryCode, body.passphrase));
      sessions.endAll();
      await options.onLogin('recovery');
      return { ...granted(), recoveryCode };
    },

    lock: async ({ body }) => {
      sessions.endAll();
      if (body.what === 'vault') await locker.lock();
      return { done: true };
    },

    changePassphrase: async ({ body }) => {
      await attempts.run(() => locker.changePassphrase(body.current, body.next));
      return { done: true };
    },

    newRecoveryCode: async ({ body }) => ({
      recoveryCode: await attempts.run(() => locker.newRecoveryCode(body.passphrase)),
    }),
  };
}
