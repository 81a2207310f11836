import type { IncomingMessage, ServerResponse } from 'node:http';
import { LockerError } from '../../protocol/errors.ts';
import { listen, sendProblem, socketDoor, type RequestListener } from '../http/index.ts';
import { claim, newInstance, release, type Instance } from './instance.ts';

/** A data folder that this process alone uses, until it is disposed of. */
export interface HeldFolder extends AsyncDisposable {
  readonly instance: Instance;
  /** What is answered on the instance socket; at first, that the locker is closing. */
  answerWith(listener: RequestListener): void;
}

/** Another process has this folder. */
export class AlreadyRunning extends Error {}

export function answerShuttingDown(_request: IncomingMessage, response: ServerResponse): void {
  sendProblem(response, new LockerError('shutting_down'));
}

/**
 * Claims the folder. The claim ends last, so that whoever comes next finds everything closed.
 *
 * @throws AlreadyRunning, or a LockerError `bad_arguments` where the folder cannot be used
 */
export async function holdFolder(folder: string, platform: NodeJS.Platform): Promise<HeldFolder> {
  await using stack = new AsyncDisposableStack();
  let answer: RequestListener = answerShuttingDown;
  const instance = await newInstance(folder, platform);
  stack.use(
    await listen(
      { path: instance.socket },
      () => socketDoor(instance.token),
      (request, response) => answer(request, response),
    ).catch((cause: unknown) => {
      throw new LockerError('bad_arguments', { detail: 'the data folder cannot be used', cause });
    }),
  );
  if (!(await claim(folder, instance))) throw new AlreadyRunning();
  stack.defer(() => release(folder, instance));
  const kept = stack.move();
  return {
    instance,
    answerWith(listener) {
      answer = listener;
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
