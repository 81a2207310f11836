import { configureGlobal } from 'fast-check';

/** `npm test` draws the same cases every time; `npm run soak` draws new ones (a failure prints its seed). */
if (process.env['SOAK'] === undefined) configureGlobal({ seed: 20_260_101 });
