/** The lists that Mastodon's account export writes as CSV. */
export type ListKind = 'follows' | 'mutes' | 'blocks' | 'lists' | 'domain-blocks' | 'bookmarks';

const ACCOUNT = /^@?[\w.+-]+(?:@[\w.-]+)?$/;
const REMOTE_ACCOUNT = /^@?[\w.+-]+@[\w-]+(?:\.[\w-]+)+$/;
const DOMAIN = /^(?:[\w-]+\.)+[a-z][\w-]*$/i;
const ADDRESS = /^https?:\/\/\S+$/;
const SAMPLE_LINES = 50;

/**
 * Which list a text file is: by its heading where Mastodon writes one, else by the form of its rows. Lists of accounts
 * without a heading look alike; there the file's name (`blocked_accounts.csv`) tells which of them it is.
 */
export function listKind(text: string, file: string): ListKind | null {
  const lines = text
    .split(/\r?\n/)
    .slice(0, SAMPLE_LINES)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const [heading, ...rows] = lines;
  if (heading === undefined) return null;
  const columns = heading.toLowerCase().replace(/"/g, '');
  if (/^account address,(?:show boosts|notify)/.test(columns)) return 'follows';
  if (/^account address,hide notifications/.test(columns)) return 'mutes';
  if (columns === '#domain' || columns.startsWith('#domain,')) return 'domain-blocks';
  if (columns === '#uri') return 'bookmarks';

  const whole = rows.length > 0 && lines.length === SAMPLE_LINES ? lines.slice(0, -1) : lines;
  const name = file.toLowerCase();
  if (columns === 'account address') return byName(name);
  if (whole.every((line) => ADDRESS.test(line))) return 'bookmarks';
  if (whole.every((line) => REMOTE_ACCOUNT.test(line))) return byName(name);
  if (
    whole.every(
      (line) => /^.+,@?[\w.+-]+(?:@[\w.-]+)?$/.test(line) && REMOTE_ACCOUNT.test(line.split(',').at(-1) ?? ''),
    )
  ) {
    return 'lists';
  }
  if (whole.every((line) => DOMAIN.test(line))) return /domain|block/.test(name) ? 'domain-blocks' : null;
  if (whole.every((line) => ACCOUNT.test(line))) return /block|mut|follow/.test(name) ? byName(name) : null;
  return null;
}

function byName(name: string): ListKind | null {
  if (name.includes('domain')) return 'domain-blocks';
  if (name.includes('block')) return 'blocks';
  if (name.includes('mut')) return 'mutes';
  if (name.includes('follow')) return 'follows';
  return null;
}
