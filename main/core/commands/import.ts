import { LockerError, isErrorCode } from '../../../protocol/errors.ts';
import { ROUTES } from '../../../protocol/owner/routes.ts';
import type { ImportRun } from '../../../protocol/owner/sources.ts';
import type { Config } from '../config.ts';
import { reportText } from '../import-report.ts';
import type { Terminal } from '../terminal.ts';
import { withClient } from '../with-client.ts';

function progressText(run: ImportRun): string {
  const { added, changed, unchanged } = run.report;
  const part = run.progress === null ? '' : `${Math.floor(run.progress * 100)} %, `;
  const left = run.leftMs === null ? '' : `, about ${Math.ceil(run.leftMs / 1000)} s left`;
  return `${part}${added + changed + unchanged} records${left}`;
}

/** What was read had something in it, and none of it could be kept. */
function nothingKept({ report }: ImportRun): boolean {
  const { added, changed, unchanged, deletedByYou, subscriptions, skipped } = report;
  return added + changed + unchanged + deletedByYou + subscriptions === 0 && skipped.length > 0;
}

/** `locker import PATH`: brings in a file or folder and prints the report. Ctrl-C cancels; what was stored stays. */
export async function importPath(config: Config, terminal: Terminal, folder: string, path: string): Promise<void> {
  await withClient(config, terminal, folder, async (client) => {
    const { id } = await client.call(ROUTES.importPath, { body: { path } });
    const params = { id };
    void terminal.stopped().then(() => client.call(ROUTES.cancelImport, { params }).catch(() => undefined));
    await client.lines(ROUTES.importProgress, { params }, (run) => terminal.progress(progressText(run)));
    terminal.progress('');
    const run = await client.call(ROUTES.importRun, { params });
    terminal.say(reportText(run));
    if (run.state === 'done') {
      if (nothingKept(run)) throw new LockerError('import_empty', { detail: 'everything in it was left out' });
      return;
    }
    const code = run.problem !== null && isErrorCode(run.problem) ? run.problem : 'import_failed';
    throw new LockerError(code, run.state === 'cancelled' ? { detail: 'cancelled' } : {});
  });
}
