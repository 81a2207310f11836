import { Problem } from '../../../protocol/owner/routes.ts';

const document = { content: { 'application/problem+json': { schema: Problem } } };

/** What every route may answer instead, as the document tells it (RFC 9457). */
export const PROBLEMS = {
  '4xx': { description: 'Refused: `code` says why.', ...document },
  '5xx': { description: 'Not now, or a fault of the locker.', ...document },
} as const;
