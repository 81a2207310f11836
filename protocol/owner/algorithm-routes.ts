import { z } from 'zod';
import * as feed from './feed.ts';
import * as market from './market.ts';
import * as rules from './rules.ts';
import * as trial from './trial.ts';
import { None, type Route } from './route.ts';

const MixId = z.strictObject({ id: feed.Mix.shape.id });
const RulesId = z.strictObject({ id: rules.RuleSet.options[0].shape.id });

/** Routes of the owner API about choosing, trying and making algorithms. */
export const ALGORITHM_ROUTES = {
  mixes: { method: 'GET', path: '/owner/mixes', auth: 'owner', answer: feed.Mixes },
  chooseMix: { method: 'PUT', path: '/owner/mixes/current', auth: 'owner', body: feed.ChooseMix, answer: feed.Mixes },
  dropMix: { method: 'DELETE', path: '/owner/mixes/:id', auth: 'owner', params: MixId, answer: feed.Mixes },

  /** What an algorithm would do with the owner's posts, before it is installed or put into a mix. */
  trial: { method: 'POST', path: '/owner/trials', auth: 'owner', body: trial.TrialRequest, answer: trial.Trial },

  /** The installed version and another of its repository over the same posts: what changes for the owner, before they agree. */
  compareUpdate: {
    method: 'POST',
    path: '/owner/catalogue/:repository/:id/compare',
    auth: 'owner',
    params: market.PackageParams,
    body: trial.CompareRequest,
    answer: trial.UpdateComparison,
  },

  makeRules: {
    method: 'POST',
    path: '/owner/rules',
    auth: 'owner',
    body: rules.RuleDraft,
    answer: rules.RuleSet,
  },
  rules: { method: 'GET', path: '/owner/rules/:id', auth: 'owner', params: RulesId, answer: rules.RuleSet },
  changeRules: {
    method: 'PUT',
    path: '/owner/rules/:id',
    auth: 'owner',
    params: RulesId,
    body: rules.RuleDraft,
    answer: rules.RuleSet,
  },
  /** The package that the rules are compiled into, to give away or publish. */
  rulesPackage: {
    method: 'POST',
    path: '/owner/rules/:id/package',
    auth: 'owner',
    params: RulesId,
    body: None,
    answer: rules.RulesPackage,
  },
} as const satisfies Record<string, Route>;
