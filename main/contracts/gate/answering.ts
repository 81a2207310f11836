import type { Clause } from '../../../protocol/contract/clause.ts';
import { LockerError } from '../../../protocol/errors.ts';
import type { Answer, Caller } from '../service-access.ts';
import { fieldTables, type FieldTables } from '../offers/field-tables.ts';
import type { Held } from './compile/held.ts';
import { isRefusal, type Refusal } from './compile/refusal.ts';
import { clauseStanding, grantStanding } from './compile/standing.ts';
import type { GateOptions } from './gate-options.ts';
import type { GrantKeys } from './grant-keys.ts';
import type { GrantNow } from './grants-face.ts';
import type { RateKeeper, RateTicket } from './rates.ts';
import { etagOf } from './release.ts';

/** How often a read is made again where the contract changed meanwhile. */
const TRIES = 3;
const SLOW_RETRY_SECONDS = 5;

/** What a service asks, as the log says it. */
export interface Request {
  readonly caller: Caller;
  readonly action: string;
  readonly clause: string | null;
  readonly datatype: string | null;
}

/** A request whose clause, if it names one, is in force. */
export interface Standing {
  readonly grant: GrantNow;
  readonly now: number;
}
export interface UnderClause extends Standing {
  readonly held: Held;
  /** Rows that the clause's rate leaves. */
  readonly rowsLeft: number;
}

/** What is to be answered. `rows`, `fields`, `oldest` are for the log. */
export interface Work<T> {
  readonly status: 200 | 201 | 204;
  readonly value: T;
  /** Of `value`, where it is there already. */
  readonly json?: string;
  readonly rows: number;
  readonly fields: readonly string[];
  /** Time of the oldest record that is handed out, where that is released. */
  readonly oldest: number | null;
}

export interface Answering {
  /** Answers under a clause; `write`: what is done can't be done again, so it isn't where the contract changes meanwhile. */
  underClause<T>(
    request: Request & { readonly clause: string },
    work: (given: UnderClause) => Promise<Work<T> | Refusal>,
    kind?: 'read' | 'write',
  ): Promise<Answer<T>>;
  /** As `underClause`; where the work finds that there is nothing to say (null), nothing is answered, counted or logged. */
  unlessNothing<T>(
    request: Request & { readonly clause: string },
    work: (given: UnderClause) => Promise<Work<T> | Refusal | null>,
    kind?: 'read' | 'write',
  ): Promise<Answer<T> | null>;
  /** Answers what needs no clause. */
  plain<T>(request: Request, work: (given: Standing) => Promise<Work<T> | Refusal>): Promise<Answer<T>>;
  /** The clause as it is now, without counting or logging; for streams. */
  clauseNow(caller: Caller, clause: string): Promise<{ readonly grant: GrantNow; readonly held: Held } | Refusal>;
  refused(request: Request, refusal: Refusal | LockerError, revision: number | null): Promise<Answer<never>>;
  /** Notes that a stream ended because the contract changed. */
  stopped(request: Request, reason: string | null, revision: number): Promise<void>;
}

export interface AnsweringParts extends Pick<GateOptions, 'grants' | 'now' | 'onFault'> {
  readonly keys: GrantKeys;
  readonly rates: RateKeeper;
  /** Counts the changes of a contract. */
  readonly changesOf: (grantId: string) => number;
}

/** Who asks, what is asked, what is held, what is decided; then the log, and only then the answer. */
export function createAnswering({ grants, now, onFault, keys, rates, changesOf }: AnsweringParts): Answering {
  const tables = new WeakMap<GrantNow['datatypes'], FieldTables>();
  /** Requests that will be logged: while there are some, a row waits for theirs. */
  const underWay = new Set<Request>();

  async function heldOf({ view, datatypes }: GrantNow, clause: Clause): Promise<Held> {
    const known = tables.get(datatypes) ?? fieldTables(datatypes);
    tables.set(datatypes, known);
    return { clause, clientId: view.client_id, names: await keys.names(view.grant_id), tables: known };
  }

  async function log(
    request: Request,
    revision: number,
    { rows, fields, oldest }: Pick<Work<unknown>, 'rows' | 'fields' | 'oldest'>,
    ended: { outcome: 'answered' | 'refused' | 'stopped' | 'failed'; reason: string | null; bytes: number },
  ): Promise<void> {
    const { caller, action, clause, datatype } = request;
    underWay.delete(request);
    const row = {
      grant: caller.grantId,
      at: now(),
      clause,
      action,
      datatype,
      fields: [...fields],
      rows,
      revision,
      oldest,
    };
    await grants.appendLog({ ...row, ...ended }, underWay.size > 0);
  }

  async function counted<T>(request: Request, answer: () => Promise<T>): Promise<T> {
    underWay.add(request);
    try {
      return await answer();
    } finally {
      underWay.delete(request);
    }
  }

  async function refused(
    request: Request,
    refusal: Refusal | LockerError,
    revision: number | null,
    ticket: RateTicket | null = null,
  ): Promise<Answer<never>> {
    const error =
      refusal instanceof LockerError ? refusal : new LockerError(refusal.refused, { detail: refusal.detail });
    if (revision !== null) {
      const outcome = error.status >= 500 ? 'failed' : 'refused';
      try {
        await log(request, revision, NOTHING, { outcome, reason: error.code, bytes: 0 });
      } catch (fault) {
        onFault(fault);
      }
    }
    const rate = ticket?.state() ?? null;
    return { kind: 'refused', error, revision, rate, retryAfterSeconds: retryAfter(error, rate) };
  }

  async function answered<T>(
    request: Request,
    revision: number,
    work: Work<T>,
    ticket: RateTicket | null,
    isDone = false,
  ): Promise<Answer<T>> {
    const json = work.status === 204 ? '' : (work.json ?? JSON.stringify(work.value));
    const bytes = Buffer.byteLength(json);
    if (ticket?.take(work.rows, bytes, isDone) === false) return refused(request, EXCEEDED, revision, ticket);
    await log(request, revision, work, { outcome: 'answered', reason: null, bytes });
    return {
      kind: 'answered',
      status: work.status,
      get value() {
        return work.value;
      },
      json,
      etag: etagOf(json),
      revision,
      rate: ticket?.state() ?? null,
    };
  }

  function faultOf(error: unknown): LockerError {
    if (error instanceof LockerError) return error;
    onFault(error);
    return new LockerError('internal');
  }

  async function answerUnderClause<T>(
    request: Request & { readonly clause: string },
    work: (given: UnderClause) => Promise<Work<T> | Refusal | null>,
    kind: 'read' | 'write',
  ): Promise<Answer<T> | null> {
    const { grantId, clientId } = request.caller;
    /** What is known of the contract by the time that something fails. */
    const so: { revision: number | null; ticket: RateTicket | null } = { revision: null, ticket: null };
    try {
      for (let tries = 1; ; tries++) {
        const before = changesOf(grantId);
        const grant = await grants.grantNow(grantId);
        const at = now();
        if (grant?.view.client_id !== clientId) return await refused(request, UNKNOWN, null);
        so.revision = grant.view.revision;
        const standing = grantStanding(grant.view) ?? clauseStanding(grant.view, request.clause, at);
        if (isRefusal(standing)) return await refused(request, standing, so.revision);
        so.ticket ??= await rates.begin(grantId, standing, at);
        const { revision, ticket } = so;
        if (ticket?.exceeded === true) return await refused(request, EXCEEDED, revision, ticket);
        const held = await heldOf(grant, standing);
        const done = await work({ grant, held, now: at, rowsLeft: ticket?.rows ?? Infinity });
        // Nothing that was compiled before a change of the contract leaves after it.
        if (kind === 'read' && changesOf(grantId) !== before) {
          if (tries < TRIES) continue;
          throw new LockerError('timeout');
        }
        if (done === null) {
          ticket?.cancel();
          return null;
        }
        if (isRefusal(done)) return await refused(request, done, revision, ticket);
        return await answered(request, grant.view.revision, done, ticket, kind === 'write');
      }
    } catch (error) {
      return refused(request, faultOf(error), so.revision, so.ticket);
    }
  }

  async function answerPlain<T>(
    request: Request,
    work: (given: Standing) => Promise<Work<T> | Refusal>,
  ): Promise<Answer<T>> {
    const grant = await grants.grantNow(request.caller.grantId).catch(faultOf);
    if (grant instanceof LockerError) return refused(request, grant, null);
    if (grant?.view.client_id !== request.caller.clientId) return refused(request, UNKNOWN, null);
    const { revision } = grant.view;
    try {
      const done = await work({ grant, now: now() });
      if (isRefusal(done)) return await refused(request, done, revision);
      return await answered(request, revision, done, null);
    } catch (error) {
      return refused(request, faultOf(error), revision);
    }
  }

  const unlessNothing: Answering['unlessNothing'] = (request, work, kind = 'read') =>
    counted(request, () => answerUnderClause(request, work, kind));

  return {
    unlessNothing,
    async underClause(request, work, kind) {
      return (await unlessNothing(request, work, kind)) ?? refused(request, new LockerError('internal'), null);
    },
    plain: (request, work) => counted(request, () => answerPlain(request, work)),
    async clauseNow(caller, clause) {
      const grant = await grants.grantNow(caller.grantId);
      if (grant?.view.client_id !== caller.clientId) return UNKNOWN;
      const standing = grantStanding(grant.view) ?? clauseStanding(grant.view, clause, now());
      return isRefusal(standing) ? standing : { grant, held: await heldOf(grant, standing) };
    },
    refused,
    async stopped(request, reason, revision) {
      try {
        await log(request, revision, NOTHING, { outcome: 'stopped', reason, bytes: 0 });
      } catch (fault) {
        onFault(fault);
      }
    },
  };
}

const NOTHING = { rows: 0, fields: [], oldest: null };
const UNKNOWN: Refusal = { refused: 'grant_over', detail: 'not known' };
export const EXCEEDED: Refusal = { refused: 'rate_exceeded', detail: 'rate of the clause' };

function retryAfter(error: LockerError, rate: { resetSeconds: number } | null): number | null {
  if (error.code === 'rate_exceeded') return rate?.resetSeconds ?? null;
  return error.status === 503 ? SLOW_RETRY_SECONDS : null;
}
