import { createHash } from 'node:crypto';
import { LockerError } from '../../../protocol/errors.ts';
import type { RuleSet } from '../../../protocol/owner/rules.ts';
import type { TrialSubject } from '../../../protocol/owner/trial.ts';
import type { Feed } from '../../feed/index.ts';
import { examinePackage, type Market } from '../../market/index.ts';
import { compileRules, RULES_PREFIX, rulesOf } from '../../rules/index.ts';
import type { Handlers } from '../call.ts';

export type RulesMarket = Pick<Market, 'install' | 'installed' | 'load' | 'examine'>;

type RuleRoutes = 'trial' | 'compareUpdate' | 'makeRules' | 'rules' | 'changeRules' | 'rulesPackage';

/** Rules that the owner puts together, and trials of what is not in the mix yet. */
export function ruleHandlers(
  market: () => RulesMarket,
  feed: () => Pick<Feed, 'trial' | 'compareUpdate'>,
): Pick<Handlers, RuleRoutes> {
  async function setOf(id: string): Promise<RuleSet> {
    const set = rulesOf(await market().load(RULES_PREFIX + id));
    if (set === null) throw new LockerError('algorithm_invalid', { detail: 'not made of rules' });
    return set;
  }

  async function subjectOf(subject: TrialSubject): Promise<Parameters<Feed['trial']>[0]> {
    if ('installed' in subject) return market().load(subject.installed);
    if ('repository' in subject) return market().examine(subject.repository, subject.id, subject.version);
    return examinePackage(bytesOf({ ...subject.rules, id: 'trial', revision: 1 }), 'hardened');
  }

  async function put(set: RuleSet): Promise<RuleSet> {
    await market().install(bytesOf(set));
    return set;
  }

  return {
    async trial({ body: { subject, ...wanted }, signal }) {
      return feed().trial(await subjectOf(subject), wanted, signal);
    },
    async compareUpdate({ params: { repository, id }, body: { version }, signal }) {
      const installed = (await market().installed()).find(({ manifest }) => manifest.id === id);
      if (installed === undefined) throw new LockerError('algorithm_not_found', { detail: id });
      return feed().compareUpdate(installed, await market().examine(repository, id, version), signal);
    },
    async makeRules({ body }) {
      const taken = new Set((await market().installed()).map(({ manifest }) => manifest.id));
      return put({ ...body, id: freeId(body.name, (id) => taken.has(RULES_PREFIX + id)), revision: 1 });
    },
    rules: async ({ params }) => setOf(params.id),
    async changeRules({ params, body }) {
      const { id, revision } = await setOf(params.id);
      return put({ ...body, id, revision: revision + 1 });
    },
    async rulesPackage({ params }) {
      return { file: `${params.id}.json`, package: bytesOf(await setOf(params.id)) };
    },
  };
}

function bytesOf(set: RuleSet): string {
  return JSON.stringify(compileRules(set));
}

/** A name for a package: the letters of the owner's name for it, with a number where it is taken. */
function freeId(name: string, isTaken: (id: string) => boolean): string {
  const letters = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, '-')
    .replace(/^-+|-+$/gu, '')
    .slice(0, 30);
  const base = /^[a-z0-9]/u.test(letters)
    ? letters
    : `rules-${createHash('sha256').update(name).digest('hex').slice(0, 6)}`;
  for (let n = 1; ; n++) {
    const id = n === 1 ? base : `${base}-${String(n)}`;
    if (!isTaken(id)) return id;
  }
}
