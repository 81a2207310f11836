import { Bundle } from '../contract/grant.ts';
import { Id, None, type Route } from './route.ts';
import * as services from './services.ts';
import * as session from './session.ts';

/** Routes of the owner API about services, their contracts and what was done with the data. */
export const SERVICE_ROUTES = {
  services: { method: 'GET', path: '/owner/services', auth: 'owner', answer: services.ServiceList },
  /** By address or file: makes a service known, grants nothing. */
  addService: {
    method: 'POST',
    path: '/owner/services',
    auth: 'owner',
    body: services.AddService,
    answer: services.ServiceAdded,
  },
  pauseServices: {
    method: 'PUT',
    path: '/owner/services-paused',
    auth: 'owner',
    body: services.PauseAll,
    answer: session.Done,
  },
  service: { method: 'GET', path: '/owner/services/:id', auth: 'owner', params: Id, answer: services.ServicePage },
  blockService: {
    method: 'PUT',
    path: '/owner/services/:id/blocked',
    auth: 'owner',
    params: Id,
    body: services.BlockService,
    answer: session.Done,
  },
  dismissWarnings: {
    method: 'PUT',
    path: '/owner/services/:id/warnings-read',
    auth: 'owner',
    params: Id,
    body: services.WarningsRead,
    answer: session.Done,
  },
  accessRequests: { method: 'GET', path: '/owner/access-requests', auth: 'owner', answer: services.AccessRequests },
  watchRequests: {
    method: 'GET',
    path: '/owner/access-requests/watch',
    auth: 'owner',
    answer: 'ndjson',
    line: services.RequestsWaiting,
  },
  previewRequest: {
    method: 'POST',
    path: '/owner/access-requests/:id/preview',
    auth: 'owner',
    params: Id,
    body: services.Choice,
    answer: services.Preview,
  },
  decideRequest: {
    method: 'POST',
    path: '/owner/access-requests/:id/decision',
    auth: 'owner',
    params: Id,
    body: services.Decide,
    answer: services.Decided,
  },
  previewLimits: {
    method: 'POST',
    path: '/owner/grants/:id/preview',
    auth: 'owner',
    params: Id,
    body: services.Choice,
    answer: services.Preview,
  },
  setLimits: {
    method: 'PUT',
    path: '/owner/grants/:id/limits',
    auth: 'owner',
    params: Id,
    body: services.SetLimits,
    answer: services.GrantPage,
  },
  pauseGrant: {
    method: 'PUT',
    path: '/owner/grants/:id/paused',
    auth: 'owner',
    params: Id,
    body: services.PauseAll,
    answer: session.Done,
  },
  withdrawGrant: {
    method: 'POST',
    path: '/owner/grants/:id/withdraw',
    auth: 'owner',
    params: Id,
    body: None,
    answer: session.Done,
  },
  getPolicy: { method: 'GET', path: '/owner/policy', auth: 'owner', answer: services.OwnerPolicy },
  savePolicy: {
    method: 'PUT',
    path: '/owner/policy',
    auth: 'owner',
    body: services.OwnerPolicy,
    answer: services.OwnerPolicy,
  },
  activity: {
    method: 'GET',
    path: '/owner/activity',
    auth: 'owner',
    query: services.ActivityQuery,
    answer: services.ActivityPage,
  },
  verifyActivity: {
    method: 'POST',
    path: '/owner/activity/verify',
    auth: 'owner',
    body: None,
    answer: services.LogVerdict,
  },
  /** The bundle that `locker verify` checks: one line, receipts and log of all grants. */
  exportActivity: {
    method: 'GET',
    path: '/owner/activity/bundle',
    auth: 'owner',
    answer: 'ndjson',
    line: Bundle,
  },
} as const satisfies Record<string, Route>;
