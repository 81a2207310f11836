import { COMMANDS, COMMAND_NAMES, EXIT_CODES, OPTIONS, type OptionName } from './options.ts';

function isOptionName(name: string): name is OptionName {
  return Object.hasOwn(OPTIONS, name);
}

function usage(words: string, operands: readonly string[]): string {
  return ['locker', words, ...operands].join(' ');
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return rows.map(([left, right]) => `  ${left.padEnd(width)}${right}`);
}

function optionText(name: OptionName): string {
  const option = OPTIONS[name];
  return 'value' in option ? `--${name} ${option.value}` : `--${name}`;
}

/** The text of `locker --help`: every command, option and exit code. */
export function helpText(): string {
  const commands = COMMAND_NAMES.map((name) => COMMANDS[name]);
  return [
    'Data Locker: your social-media data in your own encrypted locker, and feeds you rank yourself.',
    '',
    'Usage: locker [command] [options]',
    '       npm start -- [options of start]',
    '       npm run locker -- [command] [options]',
    '',
    'Commands:',
    ...table(commands.map(({ words, operands, help }) => [usage(words, operands), help] as const)),
    '',
    'Options:',
    ...table(
      Object.keys(OPTIONS)
        .filter(isOptionName)
        .map((name) => {
          const by = commands.filter(({ options }) => options.some((option) => option === name));
          const only =
            by.length === 0 || by.length === commands.length ? '' : ` [${by.map(({ words }) => words).join(', ')}]`;
          return [optionText(name), `${OPTIONS[name].help}${only}`] as const;
        }),
    ),
    '',
    'A locker that is already open on the same folder does the work of `import` and `feed verify`, and a second `start`',
    'opens its screens; `key-file` and `restore` want it closed. Otherwise the passphrase is asked for, or read from the first line of input.',
    '',
    'Exit codes:',
    ...table(Object.values(EXIT_CODES).map(({ code, help }) => [`${code}`, help] as const)),
    '',
  ].join('\n');
}
