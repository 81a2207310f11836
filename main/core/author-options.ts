/** Options and commands of authors and of those who keep a repository. */
export const AUTHOR_OPTIONS = {
  kind: { type: 'string', value: 'KIND', help: 'ranker (default), blocker, damper or reranker' },
  id: { type: 'string', value: 'ID', help: 'name of the algorithm for programs, like com.example.my-feed' },
  record: { type: 'boolean', help: 'fill in what vectors without an expectation give now' },
  out: { type: 'string', value: 'FILE', help: 'where the package is written (default: beside the manifest)' },
  keys: { type: 'string', value: 'DIR', help: 'folder of secret keys' },
  as: { type: 'string', value: 'NAME', help: 'the publisher who signs, or the name of a new key' },
  signers: { type: 'string', value: 'N', help: 'keys for root and for targets each (default 1)' },
  threshold: { type: 'string', value: 'M', help: 'how many of them must sign (default 1)' },
  prefix: { type: 'string', value: 'PREFIX', help: 'beginning of the ids a publisher may sign, like com.example' },
  public: { type: 'string', value: 'FILE', help: 'a publisher’s own public key (NAME.pub.json)' },
  reason: { type: 'string', value: 'TEXT', help: 'why, in plain words, for those who have it installed' },
  name: { type: 'string', value: 'NAME', help: 'what you call the repository' },
  fingerprint: { type: 'string', value: 'HEX', help: 'of the repository’s root, as its publisher told you' },
  older: { type: 'boolean', help: 'go back to an older version' },
  'reads-more': { type: 'boolean', help: 'agree that it reads more than the version you have' },
} as const;

export const AUTHOR_COMMANDS = {
  algorithmNew: {
    words: 'algorithm new',
    operands: ['DIR'],
    help: 'begin an algorithm: manifest, code, vectors, page, types',
    options: ['kind', 'id'],
  },
  algorithmDev: {
    words: 'algorithm dev',
    operands: ['DIR'],
    help: 'run it on the sample town, or on your own locker with --data, again after each change',
    options: ['data', 'port', 'no-open', 'key-file'],
  },
  algorithmTest: {
    words: 'algorithm test',
    operands: ['DIR'],
    help: 'run its vectors in the sandbox, twice for the same bytes, and measure its budget',
    options: ['record'],
  },
  algorithmPack: {
    words: 'algorithm pack',
    operands: ['DIR'],
    help: 'make the one file that is published',
    options: ['out'],
  },
  algorithmSign: {
    words: 'algorithm sign',
    operands: ['PACKAGE', 'REPOSITORY'],
    help: 'put a package into a repository’s folder and sign it as its publisher',
    options: ['keys', 'as'],
  },
  algorithmPublish: {
    words: 'algorithm publish',
    operands: ['REPOSITORY'],
    help: 'make visible what was signed since the last time',
    options: ['keys'],
  },
  algorithmInstall: {
    words: 'algorithm install',
    operands: ['ID'],
    help: 'install or update an algorithm from your repositories, and say what it reads',
    options: ['data', 'key-file', 'older', 'reads-more'],
  },
  repositoryInit: {
    words: 'repository init',
    operands: ['REPOSITORY'],
    help: 'begin a repository in a folder, with new keys in another',
    options: ['keys', 'signers', 'threshold'],
  },
  repositoryKey: {
    words: 'repository key',
    operands: ['NAME'],
    help: 'make a publisher’s key: NAME.pem to keep, NAME.pub.json to give away',
    options: ['keys'],
  },
  repositoryPublisher: {
    words: 'repository publisher',
    operands: ['REPOSITORY', 'NAME'],
    help: 'let a publisher sign for ids that begin with a prefix',
    options: ['keys', 'prefix', 'public'],
  },
  repositoryRevoke: {
    words: 'repository revoke',
    operands: ['REPOSITORY', 'PACKAGE'],
    help: 'take a package back: it stops at its owners’ next refresh, with the reason',
    options: ['keys', 'reason'],
  },
  repositoryRotate: {
    words: 'repository rotate',
    operands: ['REPOSITORY', 'ROLE'],
    help: 'new keys for root, targets, snapshot or timestamp in place of the old',
    options: ['keys', 'as'],
  },
  repositoryRenew: {
    words: 'repository renew',
    operands: ['REPOSITORY'],
    help: 'sign again, before it expires, all that the keys at hand may sign',
    options: ['keys'],
  },
  repositoryAdd: {
    words: 'repository add',
    operands: ['PLACE'],
    help: 'add a repository, an address or a folder, to your locker; without --fingerprint, show it',
    options: ['data', 'key-file', 'name', 'fingerprint'],
  },
  repositoryRefresh: {
    words: 'repository refresh',
    operands: [],
    help: 'ask your repositories for news and revocations',
    options: ['data', 'key-file'],
  },
} as const;

/** Operands and option values that name files. */
export const AUTHOR_PATHS: ReadonlySet<string> = new Set(['DIR', 'PACKAGE', 'REPOSITORY', 'out', 'keys', 'public']);

export type AuthorCommand = keyof typeof AUTHOR_COMMANDS;

export function isAuthorCommand(name: string): name is AuthorCommand {
  return Object.hasOwn(AUTHOR_COMMANDS, name);
}
