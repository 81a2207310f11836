import type { ImportKind, ImportReport } from '../../protocol/owner/sources.ts';

const MAX_REASONS = 200;
const MAX_FIELDS = 500;
const SHOWN_FIELDS = 100;
const MAX_EXAMPLES = 10;
const EXAMPLE_LENGTH = 300;

/** Collects what an import run understood, left out and did not know. */
export class ReportBook {
  readonly #skipped = new Map<string, { count: number; examples: string[] }>();
  readonly #unknown = new Map<string, number>();
  readonly #byDatatype = new Map<string, number>();
  readonly #kinds = new Map<ImportKind, number>();
  files = 0;
  added = 0;
  changed = 0;
  unchanged = 0;
  deletedByYou = 0;
  subscriptions = 0;

  skip(reason: string, where: string): void {
    const known = this.#skipped.get(reason);
    if (known !== undefined) {
      known.count++;
      if (known.examples.length < MAX_EXAMPLES) known.examples.push(where.slice(0, EXAMPLE_LENGTH));
    } else if (this.#skipped.size < MAX_REASONS) {
      this.#skipped.set(reason, { count: 1, examples: [where.slice(0, EXAMPLE_LENGTH)] });
    } else this.skip('for other reasons', where);
  }

  unknown(field: string): void {
    const name = field.slice(0, 100);
    const count = this.#unknown.get(name);
    if (count !== undefined || this.#unknown.size < MAX_FIELDS) this.#unknown.set(name, (count ?? 0) + 1);
  }

  stored(counts: {
    added: number;
    changed: number;
    unchanged: number;
    deletedByYou: number;
    byDatatype: Readonly<Record<string, number>>;
  }): void {
    this.added += counts.added;
    this.changed += counts.changed;
    this.unchanged += counts.unchanged;
    this.deletedByYou += counts.deletedByYou;
    for (const [datatype, count] of Object.entries(counts.byDatatype)) {
      this.#byDatatype.set(datatype, (this.#byDatatype.get(datatype) ?? 0) + count);
    }
  }

  /** Notes the kind of a file that was read; the import is called after most of them. */
  kind(kind: ImportKind): void {
    this.#kinds.set(kind, (this.#kinds.get(kind) ?? 0) + 1);
  }

  get recognised(): boolean {
    return [...this.#kinds.keys()].some((kind) => kind !== 'unknown');
  }

  report(): ImportReport {
    const kinds = [...this.#kinds].filter(([kind]) => kind !== 'unknown').sort((a, b) => b[1] - a[1]);
    return {
      kind: kinds[0]?.[0] ?? 'unknown',
      files: this.files,
      added: this.added,
      changed: this.changed,
      unchanged: this.unchanged,
      deletedByYou: this.deletedByYou,
      byDatatype: Object.fromEntries(this.#byDatatype),
      skipped: [...this.#skipped].map(([reason, { count, examples }]) => ({ reason, count, examples: [...examples] })),
      unknownFields: [...this.#unknown]
        .sort((a, b) => b[1] - a[1])
        .slice(0, SHOWN_FIELDS)
        .map(([field, count]) => ({ field, count })),
      subscriptions: this.subscriptions,
    };
  }
}

/** The report of a run that has not begun. */
export function emptyReport(): ImportReport {
  return new ReportBook().report();
}
