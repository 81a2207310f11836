/** The `locker` command: reads what is asked and hands over; the exit code says how it ended. */
import { LockerError } from '../../protocol/errors.ts';
import { feedVerify } from './commands/feed-verify.ts';
import { importPath } from './commands/import.ts';
import { makeKeyFile } from './commands/key-file.ts';
import { startForShell } from './commands/start-for-shell.ts';
import { start } from './commands/start.ts';
import { processWorld, readConfig, type Config } from './config.ts';
import { helpText } from './help.ts';
import { EXIT_CODES } from './options.ts';
import { processTerminal } from './terminal.ts';

/** Milliseconds after the work is done until the process ends for certain. */
const LINGER_MS = 500;

/** @returns the exit code */
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
      if (config.socket !== null) await startForShell(terminal, config.socket, folder);
      else await start(config, terminal);
      break;
    case 'import':
      await importPath(config, terminal, folder, operand);
      break;
    case 'feedVerify':
      return feedVerify(config, terminal, folder, operand);
    case 'keyFile':
      await makeKeyFile(config, terminal, folder, operand);
      break;
  }
  return EXIT_CODES.done.code;
}

/** The sentence and code of an error; a fault that is ours says no more than that. */
function sentence(error: unknown): string {
  const known = error instanceof LockerError ? error : new LockerError('internal', { cause: error });
  const detail = known.detail === undefined || known.code === 'internal' ? '' : `: ${known.detail}`;
  return `locker: ${known.title} (${known.code}${detail})\n`;
}

async function main(): Promise<number> {
  // Whatever is made in the data folder is for its owner only.
  process.umask(0o077);
  try {
    return await dispatch(readConfig(processWorld()));
  } catch (error) {
    process.stderr.write(sentence(error));
    if (!(error instanceof LockerError) || error.code === 'internal') processTerminal().log.fault(error);
    if (error instanceof LockerError && error.code === 'bad_arguments') {
      process.stderr.write('See: locker --help\n');
      return EXIT_CODES.arguments.code;
    }
    return EXIT_CODES.failed.code;
  }
}

process.exitCode = await main();
// Whatever still holds the process (a shell's open pipe, a socket of a browser) has had its time.
setTimeout(() => process.exit(), LINGER_MS).unref();
