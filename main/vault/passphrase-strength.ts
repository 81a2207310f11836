import { LockerError } from '../../protocol/errors.ts';

const SHORTEST = 10;
const FEWEST_DIFFERENT = 5;

/** Rows that fingers or children run along; forwards, backwards and over the end. */
const RUNS = [
  'abcdefghijklmnopqrstuvwxyz',
  '1234567890',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'qwertzuiop',
  'azertyuiop',
];

/** First tries of any guesser that are long enough to pass the other rules. */
const FAMOUS = [
  '1q2w3e4r5t', '1qaz2wsx3edc', 'qazwsxedcrfv', 'passwordpassword', 'password', 'passw0rd', 'letmein', 'iloveyou', 'welcome',
  'administrator', 'admin', 'changeme', 'trustno1', 'sunshine', 'princess', 'football', 'baseball', 'superman', 'starwars',
  'datalocker', 'locker', 'secret', 'computer', 'internet', 'correcthorsebatterystaple',
]; // prettier-ignore

/** Throws `weak_passphrase` for what is short or falls to the first guesses. */
export function requireStrong(passphrase: string): void {
  const text = passphrase.normalize('NFKC');
  const characters = [...text];
  if (characters.length < SHORTEST) throw new LockerError('weak_passphrase', { detail: 'too short' });
  if (new Set(characters).size < FEWEST_DIFFERENT || repeats(text) || runs(text) || famous(text))
    throw new LockerError('weak_passphrase', { detail: 'easy to guess' });
}

/** One short piece again and again. */
function repeats(text: string): boolean {
  for (let size = 1; size <= Math.min(6, text.length / 2); size++) {
    if (
      text ===
      text
        .slice(0, size)
        .repeat(Math.ceil(text.length / size))
        .slice(0, text.length)
    )
      return true;
  }
  return false;
}

/** Nothing but steps along one of the rows. */
function runs(text: string): boolean {
  const lower = text.toLowerCase();
  return RUNS.some((row) => {
    const there = row.repeat(Math.ceil(lower.length / row.length) + 1);
    return there.includes(lower) || [...there].reverse().join('').includes(lower);
  });
}

/** A famous one with digits and signs around it. */
function famous(text: string): boolean {
  const core = text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  const bare = core.replace(/^\d+|\d+$/g, '');
  return FAMOUS.includes(core) || FAMOUS.includes(bare);
}
