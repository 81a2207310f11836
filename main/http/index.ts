/**
 * What every listener shares: the checks before routing, security headers, problem documents, binding and draining.
 * It knows no route and no room. May touch: the listeners it is told to bind.
 */
export { requireContentType } from './content-type.ts';
export type { Door } from './guard.ts';
export { setSecurityHeaders } from './headers.ts';
export { createJsonServer } from './json-server.ts';
export { listen, loopbackDoor, sendProblem, socketDoor, type Listening, type RequestListener } from './listen.ts';
export { patienceOf } from './patience.ts';
export { problemDocument, publicError } from './problem.ts';
