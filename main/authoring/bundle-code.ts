import { dirname } from 'node:path';
import { LockerError } from '../../protocol/errors.ts';

/**
 * The module at `entry` and what it imports, as one script body that assigns `module.exports`. The same sources give the
 * same bytes.
 *
 * @throws LockerError algorithm_invalid where it doesn't bundle
 */
export async function bundleCode(entry: string, cwd: string = dirname(entry)): Promise<string> {
  const { rolldown } = await import('rolldown').catch((cause: unknown) => {
    throw new LockerError('bad_arguments', { detail: 'this command works from the project’s sources only', cause });
  });
  try {
    await using build = await rolldown({ input: entry, cwd, platform: 'neutral', treeshake: true, logLevel: 'silent' });
    const { output } = await build.generate({
      format: 'iife',
      name: 'algorithm',
      exports: 'named',
      esModule: false,
      generatedCode: { symbols: false },
      minify: false,
      sourcemap: false,
      footer: 'module.exports = algorithm;',
    });
    if (output.length > 1)
      throw new LockerError('algorithm_invalid', { detail: 'imports at run time are not possible' });
    return output[0].code;
  } catch (error) {
    if (error instanceof LockerError) throw error;
    throw new LockerError('algorithm_invalid', { detail: firstLine(error), cause: error });
  }
}

/** Bundlers explain at length; the first line says what and where. */
function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : 'the code';
  return text.split('\n').slice(0, 2).join(' ').slice(0, 300);
}
