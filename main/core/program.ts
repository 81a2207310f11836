import { LockerError } from '../../protocol/errors.ts';
import { processWorld, readConfig, type Config } from './config.ts';
import { helpText } from './help.ts';
import { EXIT_CODES } from './options.ts';
import { end, processTerminal, type Terminal } from './terminal.ts';

async function startWithWindow(
  socket: string,
  services: Config['services'],
  terminal: Terminal,
  folder: string,
): Promise<void> {
  const { startForShell } = await import('./commands/start-for-shell.ts');
  await startForShell(terminal, { socket, services }, folder);
}

/** Loads and runs what is asked for, and nothing else. @returns the exit code */
async function dispatch(config: Config): Promise<number> {
  const terminal = processTerminal();
  const folder = config.dataFolder ?? '';
  const operand = config.operand ?? '';
  switch (config.command) {
    case 'help':
      process.stdout.write(helpText());
      break;
    case 'version':
      terminal.say(terminal.version);
      break;
    case 'start':
      if (config.socket === null) await (await import('./commands/start.ts')).start(config, terminal);
      else await startWithWindow(config.socket, config.services, terminal, folder);
      break;
    case 'import':
      await (await import('./commands/import.ts')).importPath(config, terminal, folder, operand);
      break;
    case 'feedVerify':
      return (await import('./commands/feed-verify.ts')).feedVerify(config, terminal, folder, operand);
    case 'keyFile':
      await (await import('./commands/key-file.ts')).makeKeyFile(config, terminal, folder, operand);
      break;
    case 'restore':
      await (await import('./commands/restore.ts')).restoreBackup(config, terminal, folder, config.operand);
      break;
    case 'verify':
      return (await import('./commands/verify.ts')).verify(terminal, operand, config.key);
    default:
      return (await import('./commands/author.ts')).authorCommand(config.command, config, terminal);
  }
  return EXIT_CODES.done.code;
}

/** The sentence and code of an error; a fault that is ours says no more than that. */
function sentence(error: unknown): string {
  const known = error instanceof LockerError ? error : new LockerError('internal', { cause: error });
  const detail = known.detail === undefined || known.code === 'internal' ? '' : `: ${known.detail}`;
  return `locker: ${known.title} (${known.code}${detail})\n`;
}

function fail(error: unknown): number {
  process.stderr.write(sentence(error));
  if (!(error instanceof LockerError) || error.code === 'internal') processTerminal().log.fault(error);
  if (!(error instanceof LockerError) || error.code !== 'bad_arguments') return EXIT_CODES.failed.code;
  process.stderr.write('See: locker --help\n');
  return EXIT_CODES.arguments.code;
}

/** The `locker` command: does what its arguments ask, and sets the exit code. */
export async function main(): Promise<void> {
  // Whatever is made in the data folder is for its owner only.
  process.umask(0o077);
  try {
    end(await dispatch(readConfig(processWorld())));
  } catch (error) {
    end(fail(error));
  }
}
