import { LockerError } from '../../protocol/errors.ts';
import type { PostView } from '../../protocol/owner/data.ts';
import type { StoredException } from './exceptions.ts';

/** Longest name of an exception on the screen. */
const NAME_LENGTH = 120;

/** Keys behind a post. */
export interface PostKeys {
  readonly thread: number;
  readonly threadUri: string | null;
}

/** What an exception for a post's author, its conversation or the post itself names. @throws LockerError bad_request */
export function exceptionFor(
  target: StoredException['target'],
  view: PostView,
  keys: PostKeys | null,
): Pick<StoredException, 'target' | 'uri' | 'key' | 'name'> {
  const author = view.author?.name ?? 'unknown author';
  const named = shortened(`${author}: ${view.title ?? view.text}`);
  if (target === 'post')
    return { target, uri: view.uri ?? `urn:locker:record:${view.id}`, key: Number(view.id), name: named };
  if (target === 'author') {
    if (view.author === null) throw new LockerError('bad_request', { detail: 'author' });
    return { target, uri: view.author.uri, key: null, name: shortened(author) };
  }
  if (keys === null) throw new LockerError('record_not_found');
  return { target, uri: keys.threadUri ?? `urn:locker:thread:${String(keys.thread)}`, key: keys.thread, name: named };
}

function shortened(name: string): string {
  const plain = name.replace(/\s+/gu, ' ').trim();
  return plain.length <= NAME_LENGTH ? plain : `${plain.slice(0, NAME_LENGTH - 1).toWellFormed()}…`;
}
