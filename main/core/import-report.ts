import type { ImportRun } from '../../protocol/owner/sources.ts';

const KINDS: Readonly<Record<ImportRun['report']['kind'], string>> = {
  mastodon: 'Mastodon export',
  feed: 'feed',
  opml: 'list of feeds',
  'atproto-car': 'atproto repository',
  activitystreams: 'ActivityStreams JSON',
  service: 'written by a service',
  unknown: 'not recognised',
};

/** A run's report as lines of text: what was understood, left out with why, and not known. */
export function reportText(run: ImportRun): string {
  const { report } = run;
  const lines = [
    `${run.name}: ${run.state}`,
    `  kind        ${KINDS[report.kind]}, ${report.files} ${report.files === 1 ? 'file' : 'files'}`,
    `  records     ${report.added} new, ${report.changed} changed, ${report.unchanged} already there` +
      (report.deletedByYou > 0 ? `, ${report.deletedByYou} left out because you deleted them` : ''),
  ];
  for (const [datatype, count] of Object.entries(report.byDatatype)) lines.push(`    ${datatype}: ${count}`);
  if (report.subscriptions > 0) lines.push(`  feeds found ${report.subscriptions}`);
  for (const { reason, count, examples } of report.skipped) {
    lines.push(`  left out    ${count}: ${reason}`);
    for (const example of new Set(examples)) lines.push(`    ${example}`);
  }
  if (report.unknownFields.length > 0) {
    const fields = report.unknownFields.map(({ field, count }) => `${field} (${count})`);
    lines.push(`  kept but not used: ${fields.join(', ')}`);
  }
  return lines.join('\n');
}
