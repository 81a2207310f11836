import { z } from 'zod';
import * as labels from './labels.ts';
import { Id, None, type Route } from './route.ts';
import { Done } from './session.ts';

/** Routes about labelers and lists that the owner subscribes to. */
export const LABEL_ROUTES = {
  labelSources: { method: 'GET', path: '/owner/labels', auth: 'owner', answer: labels.LabelSources },
  previewLabels: {
    method: 'POST',
    path: '/owner/labels/preview',
    auth: 'owner',
    body: labels.PreviewLabels,
    answer: labels.LabelPreview,
  },
  previewLabelFile: {
    method: 'POST',
    path: '/owner/labels/preview-file',
    auth: 'owner',
    query: labels.PreviewLabelFile,
    body: 'stream',
    answer: labels.LabelPreview,
  },
  subscribeLabels: {
    method: 'POST',
    path: '/owner/labels',
    auth: 'owner',
    body: labels.SubscribeLabels,
    answer: labels.LabelSource,
  },
  renewLabels: {
    method: 'POST',
    path: '/owner/labels/:id/renew',
    auth: 'owner',
    params: Id,
    body: labels.RenewLabels,
    answer: labels.LabelSource,
  },
  changeLabels: {
    method: 'PATCH',
    path: '/owner/labels/:id',
    auth: 'owner',
    params: Id,
    body: labels.ChangeLabels,
    answer: labels.LabelSource,
  },
  dropLabels: { method: 'DELETE', path: '/owner/labels/:id', auth: 'owner', params: Id, answer: Done },
  pollLabels: {
    method: 'POST',
    path: '/owner/labels/:id/poll',
    auth: 'owner',
    params: Id,
    body: None,
    answer: labels.LabelSource,
  },
  chooseLabel: {
    method: 'PUT',
    path: '/owner/labels/:id/choice',
    auth: 'owner',
    params: Id,
    body: labels.ChooseLabel,
    answer: labels.LabelSource,
  },
  exceptLabel: {
    method: 'POST',
    path: '/owner/labels/:id/exceptions',
    auth: 'owner',
    params: Id,
    body: labels.ExceptLabel,
    answer: labels.LabelSource,
  },
  dropLabelException: {
    method: 'DELETE',
    path: '/owner/labels/:id/exceptions/:exception',
    auth: 'owner',
    params: Id.extend({ exception: z.string().min(1).max(40) }),
    answer: Done,
  },
} as const satisfies Record<string, Route>;
