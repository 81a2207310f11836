import type { z } from 'zod';

/** Where a document first goes wrong and how, in a few words: `clauses.0.fields: …`. */
export function firstIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  if (issue === undefined) return 'not of this form';
  const place = issue.path.map(String).join('.');
  return `${place === '' ? '' : `${place}: `}${issue.message}`.slice(0, 300);
}
