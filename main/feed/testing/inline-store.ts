import { executeRead, executeWrite } from '../../store/execute.ts';
import type { Store } from '../../store/index.ts';
import { openTestFile } from '../../store/testing.ts';

/** The store's operations without its threads, in a file of its own that goes when it is disposed of. */
export async function openInlineStore(): Promise<Pick<Store, 'read' | 'write'> & AsyncDisposable> {
  const file = await openTestFile();
  await file.migrateTo('003-feed');
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = (work: () => Promise<unknown>): Promise<unknown> => {
    const done = turn.then(work);
    turn = done.catch(() => undefined);
    return done;
  };
  return {
    read: (name, input) => inTurn(() => executeRead(file.connection, name, input)) as never,
    write: (name, input) => inTurn(() => executeWrite(file.connection, name, input)) as never,
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  };
}
