import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import {
  Aggregate,
  AggregateQuery,
  AppendBody,
  Appended,
  ClauseQuery,
  CountQuery,
  DatatypeParams,
  ListQuery,
  OneQuery,
  RecordCount,
  RecordList,
  RecordParams,
  ServiceRecord,
  UpdateBody,
} from '../../../protocol/service/records.ts';
import { sendAnswer } from '../answer.ts';
import { guardedRoute, Unchanged, type Guarded } from './guarded.ts';

const TAG = 'records';
const Gone = z.undefined().describe('Done.');
const AppendHeaders = z.looseObject({ 'idempotency-key': z.string().min(1).max(200).optional() });
const ChangeHeaders = z.looseObject({ 'if-match': z.string().min(1).max(200).optional() });

function headerOf(headers: Readonly<Record<string, unknown>>, name: string): string | null {
  const value = headers[name];
  return typeof value === 'string' ? value : null;
}

/** Records under one clause: reading, counting, grouping, and what a service adds of its own. */
export function registerRecords(app: FastifyInstance, guarded: Guarded): void {
  const { access } = guarded;
  const url = '/v1/records/:datatype';
  const one = `${url}/:id`;

  guardedRoute(
    app,
    guarded,
    {
      method: 'GET',
      url,
      summary: 'List records',
      tag: TAG,
      action: 'query',
      params: DatatypeParams,
      query: ListQuery,
      answers: { 200: RecordList, 304: Unchanged },
    },
    async ({ caller, params, query, request, reply }) =>
      sendAnswer(request, reply, await access.list(caller, params.datatype, query)),
  );

  guardedRoute(
    app,
    guarded,
    {
      method: 'GET',
      url: `${url}/count`,
      summary: 'Count records',
      tag: TAG,
      action: 'query',
      params: DatatypeParams,
      query: CountQuery,
      answers: { 200: RecordCount, 304: Unchanged },
    },
    async ({ caller, params, query, request, reply }) =>
      sendAnswer(request, reply, await access.count(caller, params.datatype, query)),
  );

  guardedRoute(
    app,
    guarded,
    {
      method: 'GET',
      url: `${url}/aggregate`,
      summary: 'Count records by time, and by a field',
      tag: TAG,
      action: 'query',
      params: DatatypeParams,
      query: AggregateQuery,
      answers: { 200: Aggregate, 304: Unchanged },
    },
    async ({ caller, params, query, request, reply }) =>
      sendAnswer(request, reply, await access.aggregate(caller, params.datatype, query)),
  );

  guardedRoute(
    app,
    guarded,
    {
      method: 'GET',
      url: one,
      summary: 'Read one record',
      tag: TAG,
      action: 'read',
      params: RecordParams,
      query: OneQuery,
      answers: { 200: ServiceRecord, 304: Unchanged },
    },
    async ({ caller, params, query, request, reply }) =>
      sendAnswer(request, reply, await access.one(caller, params.datatype, params.id, query)),
  );

  guardedRoute(
    app,
    guarded,
    {
      method: 'POST',
      url,
      summary: 'Add records of your own',
      tag: TAG,
      action: 'append',
      params: DatatypeParams,
      query: ClauseQuery,
      headers: AppendHeaders,
      body: AppendBody,
      answers: { 200: Appended, 201: Appended },
    },
    async ({ caller, params, query, body, request, reply }) => {
      const key = headerOf(request.headers, 'idempotency-key');
      return sendAnswer(request, reply, await access.append(caller, params.datatype, query.clause, body, key));
    },
  );

  guardedRoute(
    app,
    guarded,
    {
      method: 'PATCH',
      url: one,
      summary: 'Change a record that you added',
      tag: TAG,
      action: 'update',
      params: RecordParams,
      query: ClauseQuery,
      headers: ChangeHeaders,
      body: UpdateBody,
      answers: { 200: ServiceRecord, 204: Gone },
    },
    async ({ caller, params, query, body, request, reply }) => {
      const etag = headerOf(request.headers, 'if-match');
      const { datatype, id } = params;
      return sendAnswer(request, reply, await access.update(caller, datatype, id, query.clause, body, etag));
    },
  );

  guardedRoute(
    app,
    guarded,
    {
      method: 'DELETE',
      url: one,
      summary: 'Delete a record that you added',
      tag: TAG,
      action: 'delete',
      params: RecordParams,
      query: ClauseQuery,
      headers: ChangeHeaders,
      answers: { 204: Gone },
    },
    async ({ caller, params, query, request, reply }) => {
      const etag = headerOf(request.headers, 'if-match');
      const { datatype, id } = params;
      return sendAnswer(request, reply, await access.remove(caller, datatype, id, query.clause, etag));
    },
  );
}
