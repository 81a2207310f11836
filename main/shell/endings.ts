import { ERRORS, isErrorCode } from '../../protocol/errors.ts';
import type { CoreExit } from './core-process.ts';

/** What the owner reads when the locker could not be opened or stopped by itself. */
export interface Ending {
  readonly message: string;
  readonly detail: string;
}

const SAFE = 'What was saved is safe.';

/** @param problem the code with which the core said that it can't open, if it did */
export function endingOf(exit: CoreExit, problem: string | null): Ending {
  if (problem !== null) {
    const detail = isErrorCode(problem) ? ERRORS[problem].title : ERRORS.internal.title;
    return { message: 'The locker cannot be opened.', detail: `${detail} (${problem})` };
  }
  if (exit === 'silent') {
    return { message: 'The locker did not start in time.', detail: `It was stopped. ${SAFE}` };
  }
  return { message: 'The locker stopped unexpectedly.', detail: SAFE };
}

/** When files of the app are not the ones it came with. */
export function changedEnding(paths: readonly string[]): Ending {
  const named = paths.slice(0, 5).join(', ');
  const more = paths.length > 5 ? ` and ${paths.length - 5} more` : '';
  return {
    message: 'Data Locker was not started.',
    detail: `Its files are not the ones it came with: ${named}${more}. Please install it again from a place you trust.`,
  };
}
