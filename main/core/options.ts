import { AUTHOR_COMMANDS, AUTHOR_OPTIONS } from './author-options.ts';

/** One option of the command line. */
interface Option {
  readonly type: 'string' | 'boolean';
  /** What stands for its value in help. */
  readonly value?: string;
  readonly help: string;
}

export const OPTIONS = {
  data: {
    type: 'string',
    value: 'DIR',
    help: 'folder of the locker (default: the system’s place for application data)',
  },
  port: { type: 'string', value: 'N', help: 'port on 127.0.0.1 (default 4870; 0: any free one)' },
  'no-open': { type: 'boolean', help: 'do not open the browser' },
  headless: { type: 'boolean', help: 'no browser; the locker starts locked unless --key-file opens it' },
  sample: {
    type: 'boolean',
    help: 'a made-up town to look around in, kept in a throw-away folder unless --data is given',
  },
  'key-file': { type: 'string', value: 'FILE', help: 'open the locker with a secret file made by `locker key-file`' },
  socket: { type: 'string', value: 'PATH', help: 'for the desktop program: answer on this socket instead of a port' },
  key: { type: 'string', value: 'FINGERPRINT', help: 'the locker’s key, as its owner gave it to you' },
  'service-port': {
    type: 'string',
    value: 'N',
    help: 'port on 127.0.0.1 for services (default 4863; 0: any free one)',
  },
  'service-origin': {
    type: 'string',
    value: 'URL',
    help: 'https address under which your TLS proxy makes the port for services known',
  },
  'no-services': { type: 'boolean', help: 'no service can reach this locker' },
  ...AUTHOR_OPTIONS,
  help: { type: 'boolean', help: 'this text' },
  version: { type: 'boolean', help: 'the version' },
} as const satisfies Record<string, Option>;

export type OptionName = keyof typeof OPTIONS;

interface Command {
  readonly words: string;
  /** What follows the words; in brackets: may be left out. */
  readonly operands: readonly string[];
  readonly help: string;
  readonly options: readonly OptionName[];
}

export const COMMANDS = {
  start: {
    words: 'start',
    operands: [],
    help: 'open the locker; this is what runs when no command is given',
    options: [
      'data',
      'port',
      'no-open',
      'headless',
      'sample',
      'key-file',
      'socket',
      'service-port',
      'service-origin',
      'no-services',
    ],
  },
  import: {
    words: 'import',
    operands: ['PATH'],
    help: 'bring in a file or folder: Mastodon export, feed, OPML, atproto CAR, ActivityStreams JSON',
    options: ['data', 'key-file'],
  },
  feedVerify: {
    words: 'feed verify',
    operands: ['FEEDID'],
    help: 'work a kept feed out again and say whether it comes out the same',
    options: ['data', 'key-file'],
  },
  keyFile: {
    words: 'key-file',
    operands: ['FILE'],
    help: 'make a secret file that opens the locker without a passphrase (keep it on another disk)',
    options: ['data'],
  },
  restore: {
    words: 'restore',
    operands: ['[BACKUP]'],
    help: 'put a backup in the place of the database, which is kept; without one, list the backups',
    options: ['data', 'key-file'],
  },
  verify: {
    words: 'verify',
    operands: ['FILE'],
    help: 'check an exported bundle of receipts and log, with no locker and no network',
    options: ['key'],
  },
  ...AUTHOR_COMMANDS,
} as const satisfies Record<string, Command>;

export type CommandName = keyof typeof COMMANDS;

function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name);
}

export const COMMAND_NAMES: readonly CommandName[] = Object.keys(COMMANDS).filter(isCommandName);

/** How the program ends. */
export const EXIT_CODES = {
  done: { code: 0, help: 'done, or handed over to a locker that is already open' },
  failed: { code: 1, help: 'not done; the last line says why, with a code of docs/errors.md' },
  arguments: { code: 2, help: 'the options could not be used' },
  incomparable: { code: 3, help: '`feed verify`: the feed’s posts changed since, so it cannot be compared' },
  altered: { code: 4, help: '`verify`: the bundle was altered; the line says where' },
} as const;
