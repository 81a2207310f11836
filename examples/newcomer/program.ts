/** The same without a page: in the terminal, with the browser only for the owner's answer. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { AuthorizationResponseError, ResponseBodyError } from 'oauth4webapi';
import { ask, ContractOver, finish, type Asked, type Place } from './shared/contract.ts';
import { openLocker, Refused, type Item } from './shared/locker.ts';
import { plainText } from './shared/plain-text.ts';
import { contractWords, refusalWords } from './shared/words.ts';

export interface Terminal {
  readonly say: (line: string) => void;
  /** Opens the browser, where one is to be opened. */
  readonly open: (address: string) => void;
  /** The next visit to the redirect address. */
  readonly cameBack: () => Promise<URL>;
  readonly stopped: AbortSignal;
}

export interface ProgramOptions {
  readonly place: Place;
  readonly folder: string;
  readonly terminal: Terminal;
  /** A contract was given: data of it is in `folder` from now on. */
  readonly kept: (grant: string) => Promise<void>;
}

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
const KNOWN_YET_MS = 2000;
const COPY = 'timeline.json';

/** Erases what the program has taken in. */
export async function eraseCopy(folder: string): Promise<void> {
  await rm(join(folder, COPY), { force: true });
}

/** Asks as soon as the locker knows this service; null: it was stopped before. */
async function askWhenKnown(
  place: Place,
  { say, stopped }: Terminal,
): Promise<{ address: string; asked: Asked } | null> {
  for (let isFirst = true; !stopped.aborted; isFirst = false) {
    try {
      return await ask(place);
    } catch (error) {
      if (!(error instanceof ResponseBodyError) || error.error !== 'invalid_client') throw error;
      if (isFirst) say('Your locker does not know Newcomer yet: add the file there (Services, “Add a service”).');
    }
    await pause(KNOWN_YET_MS, undefined, { signal: stopped }).catch(() => undefined);
  }
  return null;
}

/** From asking to the end of the contract, or until it is stopped. @returns the exit code */
export async function runProgram({ place, folder, terminal, kept }: ProgramOptions): Promise<number> {
  const { say, stopped } = terminal;
  const begun = await askWhenKnown(place, terminal);
  if (begun === null) return 0;
  const { address, asked } = begun;
  say('Your locker asks you now. Say yes there, with the number that this page shows:');
  say(address);
  terminal.open(address);
  let tokens;
  try {
    tokens = await finish(place, asked, await terminal.cameBack());
  } catch (error) {
    if (!(error instanceof AuthorizationResponseError)) throw error;
    say('You said no, or too much time went by. Nothing was read.');
    return 1;
  }
  await kept(tokens.grantId);
  const locker = openLocker(place, tokens, {
    keep: async () => {},
    revised: (revision) => say(`You changed the contract: revision ${revision}.`),
    exchanged: () => {},
  });
  try {
    const contract = await locker.contract();
    say('What you allow:');
    for (const line of contractWords(contract)) say(`  ${line}`);
    const may = new Set(contract.authorization_details.map(({ clause_id: id }) => id));
    const posts = new Map((await locker.list('social.post', 'posts')).map((post) => [post.id, post]));
    say(`${posts.size} posts of yours, the latest of them:`);
    for (const post of [...posts.values()].slice(0, 5)) say(`  ${lineOf(post)}`);
    if (may.has('follows')) say(`${(await locker.list('social.follow', 'follows')).length} accounts that you follow`);
    const save = (): Promise<void> =>
      writeFile(join(folder, COPY), JSON.stringify([...posts.values()]), { mode: 0o600 });
    await save();
    if (may.has('write')) {
      const content = 'Hello from Newcomer.';
      await locker.append('social.post', 'write', `hello-${tokens.grantId}`, {
        content,
        published: new Date().toISOString(),
        mine: true,
      });
      say(`Wrote into your locker: ${content}`);
    }
    say('Following what changes; Ctrl-C ends this.');
    let cursor: string | null = null;
    let wait = FIRST_WAIT_MS;
    while (!stopped.aborted) {
      try {
        for await (const page of locker.changes('posts', cursor, stopped)) {
          cursor = page.cursor;
          for (const change of page.changes) {
            if (change.kind === 'remove') posts.delete(change.id);
            else if (!posts.has(change.id)) say(`  new: ${lineOf(change)}`);
            if (change.kind === 'put') posts.set(change.id, change);
          }
          await save();
          wait = FIRST_WAIT_MS;
        }
      } catch (error) {
        if (error instanceof ContractOver) throw error;
        if (stopped.aborted) break;
        if (error instanceof Refused) say(refusalWords(error));
      }
      await pause(wait, undefined, { signal: stopped }).catch(() => undefined);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    }
    return 0;
  } catch (error) {
    if (!(error instanceof ContractOver)) throw error;
    await eraseCopy(folder);
    say('You ended the contract. Newcomer has erased its copy.');
    return 0;
  }
}

function lineOf({ fields: { published, content } }: Pick<Item, 'fields'>): string {
  const day = typeof published === 'string' ? `${published.slice(0, 10)}  ` : '';
  return `${day}${plainText(content).slice(0, 70)}`;
}
