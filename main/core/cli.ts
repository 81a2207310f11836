/** The `locker` command: reads what is asked and hands over; the exit code says how it ended. */
import { LockerError } from '../../protocol/errors.ts';
import { start } from './commands/start.ts';
import { processWorld, readConfig, type Config } from './config.ts';
import { helpText } from './help.ts';
import { EXIT_CODES } from './options.ts';
import { processTerminal } from './terminal.ts';

async function dispatch(config: Config): Promise<void> {
  const terminal = processTerminal();
  switch (config.command) {
    case 'help':
      process.stdout.write(helpText());
      return;
    case 'version':
      terminal.say(terminal.version);
      return;
    case 'start':
      await start(config, terminal, config.dataFolder ?? '');
      return;
    case 'import':
    case 'feedVerify':
    case 'keyFile':
      return;
  }
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
    await dispatch(readConfig(processWorld()));
    return EXIT_CODES.done.code;
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
