import { parentPort } from 'node:worker_threads';
import { serveReader } from './serve-reader.ts';

if (parentPort === null) throw new Error('reader-worker runs as a worker thread');
serveReader(parentPort);
