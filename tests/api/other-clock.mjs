/** Given to a process with `--import`: its clock is ahead, and what it would reach beyond this machine is written down. */
import { appendFileSync } from 'node:fs';
import { Socket } from 'node:net';

const AHEAD_MS = Number(process.env.TEST_CLOCK_AHEAD_MS);
const LOG = process.env.TEST_CONNECTIONS ?? '';
const RealDate = Date;

globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + AHEAD_MS);
    else super(...given);
  }
  static now() {
    return RealDate.now() + AHEAD_MS;
  }
};

const connect = Socket.prototype.connect;
Socket.prototype.connect = function (...given) {
  const [first] = given.flat();
  const host = typeof first === 'object' ? (first.host ?? first.path) : first;
  appendFileSync(LOG, `${String(host)}\n`);
  return connect.apply(this, given);
};
