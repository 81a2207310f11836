import { parentPort } from 'node:worker_threads';
import { serveWriter } from './serve-writer.ts';

if (parentPort === null) throw new Error('writer-worker runs as a worker thread');
serveWriter(parentPort);
