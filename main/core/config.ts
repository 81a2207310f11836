import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { LockerError } from '../../protocol/errors.ts';
import { AUTHOR_PATHS, isAuthorCommand } from './author-options.ts';
import { COMMANDS, COMMAND_NAMES, OPTIONS, type CommandName } from './options.ts';

const DEFAULT_PORT = 4870;
/** Services keep it with their tokens, so it is fixed. */
const DEFAULT_SERVICE_PORT = 4863;

const Config = z
  .strictObject({
    command: z.enum([...COMMAND_NAMES, 'help', 'version']),
    /** The command's operand: a path or a feed's id. */
    operand: z.string().nullable(),
    /** Null with `--sample` and no `--data`: a throw-away folder. */
    dataFolder: z.string().nullable(),
    port: z.int().min(0).max(65535).default(DEFAULT_PORT),
    open: z.boolean().default(true),
    headless: z.boolean().default(false),
    sample: z.boolean().default(false),
    keyFile: z.string().nullable().default(null),
    /** Fingerprint of the key that `verify` trusts. */
    key: z.string().nullable().default(null),
    socket: z.string().nullable().default(null),
    /** What a command of authors and repositories was given: operands in order, options by name; paths are absolute. */
    author: z
      .strictObject({
        operands: z.array(z.string()),
        options: z.record(z.string(), z.union([z.string(), z.boolean()])),
      })
      .optional(),
    /** Where services reach the locker; null: nowhere. */
    services: z
      .strictObject({
        port: z.int().min(0).max(65535).default(DEFAULT_SERVICE_PORT),
        origin: z.string().nullable().default(null),
      })
      .nullable()
      .default(null),
  })
  .readonly();
export type Config = z.infer<typeof Config>;

/** What of the world the config is made from. */
export interface World {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly cwd: string;
  readonly home: string;
}

/** The one place that reads arguments and environment. */
export function processWorld(): World {
  return {
    args: process.argv.slice(2),
    env: process.env,
    platform: process.platform,
    // npm runs scripts in the project's folder; what the owner typed is relative to where they were.
    cwd: process.env['INIT_CWD'] ?? process.cwd(),
    home: homedir(),
  };
}

function bad(detail: string): LockerError {
  return new LockerError('bad_arguments', { detail });
}

/** Where the system keeps application data. */
function defaultDataFolder({ env, platform, home }: World): string {
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Data Locker');
  if (platform === 'win32') return join(env['APPDATA'] ?? join(home, 'AppData', 'Roaming'), 'Data Locker');
  const xdg = env['XDG_DATA_HOME'];
  // The specification: a relative path is to be ignored.
  return join(xdg !== undefined && isAbsolute(xdg) ? xdg : join(home, '.local', 'share'), 'data-locker');
}

interface Words {
  readonly command: CommandName;
  readonly operand: string | null;
  readonly rest: readonly string[];
}

function commandOf(positionals: readonly string[]): Words {
  if (positionals.length === 0) return { command: 'start', operand: null, rest: [] };
  for (const command of COMMAND_NAMES) {
    const { words, operands } = COMMANDS[command];
    const parts = words.split(' ');
    if (!parts.every((part, index) => positionals[index] === part)) continue;
    const rest = positionals.slice(parts.length);
    const names: readonly string[] = operands;
    const missing = names.slice(rest.length).filter((name) => !name.startsWith('['));
    if (missing.length > 0) throw bad(`${missing.join(' ')} is missing`);
    if (rest.length > names.length) throw bad(`unexpected: ${rest.slice(names.length).join(' ')}`);
    return { command, operand: rest[0] ?? null, rest };
  }
  throw bad(`unknown command: ${positionals[0] ?? ''}`);
}

function parsed(args: readonly string[]): ReturnType<typeof parseOptions> {
  try {
    return parseOptions(args);
  } catch (error) {
    // parseArgs names the option and explains; it knows no values of ours.
    throw bad(error instanceof Error ? (error.message.split(/\.\s/)[0] ?? 'options') : 'options');
  }
}

function parseOptions(
  args: readonly string[],
): ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true; args: string[] }>> {
  return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true });
}

function portOf(option: 'port' | 'service-port', text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535) throw bad(`--${option} takes a number from 0 to 65535`);
  return Number(text);
}

function originOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  if (url === null || url.protocol !== 'https:' || url.origin !== text) {
    throw bad('--service-origin takes an address like https://locker.example');
  }
  return text;
}

interface ServiceValues {
  readonly 'service-port'?: string | undefined;
  readonly 'service-origin'?: string | undefined;
  readonly 'no-services'?: boolean | undefined;
}

function servicesOf(values: ServiceValues): z.input<typeof Config>['services'] {
  const port = portOf('service-port', values['service-port']);
  const origin = originOf(values['service-origin']);
  if (values['no-services'] !== true) return { port, origin };
  if (port !== undefined || origin !== undefined) throw bad('--no-services leaves nothing to reach');
  return null;
}

function authorPart(
  names: readonly string[],
  operands: readonly string[],
  values: Readonly<Record<string, string | boolean | undefined>>,
  cwd: string,
): NonNullable<z.input<typeof Config>['author']> {
  const absolute = (name: string, text: string): string => (AUTHOR_PATHS.has(name) ? resolve(cwd, text) : text);
  const options: Record<string, string | boolean> = {};
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) options[name] = typeof value === 'string' ? absolute(name, value) : value;
  }
  return { operands: operands.map((text, place) => absolute(names[place] ?? '', text)), options };
}

/** Arguments and environment as one frozen object. Throws `bad_arguments`, with what is wrong in its detail. */
export function readConfig(world: World): Config {
  const { values, positionals } = parsed(world.args);
  const path = (text: string | undefined): string | null => {
    if (text === '') throw bad('a path is empty');
    return text === undefined ? null : resolve(world.cwd, text);
  };
  if (values.help === true || positionals[0] === 'help') {
    return Object.freeze(Config.parse({ command: 'help', operand: null, dataFolder: null }));
  }
  if (values.version === true)
    return Object.freeze(Config.parse({ command: 'version', operand: null, dataFolder: null }));
  const { command, operand, rest } = commandOf(positionals);
  const accepted: readonly string[] = COMMANDS[command].options;
  for (const name of Object.keys(values)) {
    if (!accepted.includes(name)) throw bad(`--${name} does not belong to ${COMMANDS[command].words}`);
  }
  const throwAway = values.sample === true && values.data === undefined;
  if (values.sample === true && values['key-file'] !== undefined) throw bad('--sample has no key file');
  if (values.socket !== undefined && values.port !== undefined) throw bad('--socket and --port exclude each other');
  const isAuthor = isAuthorCommand(command);
  const isPath = command !== 'feedVerify' && !isAuthor;
  const author = isAuthor ? authorPart(COMMANDS[command].operands, rest, values, world.cwd) : undefined;
  return Object.freeze(
    Config.parse({
      command,
      operand: operand !== null && isPath ? path(operand) : operand,
      dataFolder: throwAway ? null : (path(values.data) ?? defaultDataFolder(world)),
      port: portOf('port', values.port),
      open: values['no-open'] !== true && values.headless !== true && values.socket === undefined,
      headless: values.headless,
      sample: values.sample,
      keyFile: path(values['key-file']),
      key: values.key ?? null,
      socket: values.socket === undefined ? null : values.socket,
      services: command === 'start' ? servicesOf(values) : null,
      author,
    }),
  );
}
