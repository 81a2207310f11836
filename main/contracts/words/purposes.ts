interface Purpose {
  /** The wider purpose that it is a kind of. */
  readonly under?: string;
  readonly words: string;
}

/** Purposes of the W3C Data Privacy Vocabulary that a service of this kind may have, in plain words. */
const PURPOSES: Readonly<Record<string, Purpose>> = {
  ServiceProvision: { words: 'to provide its service' },
  RequestedServiceProvision: { under: 'ServiceProvision', words: 'to provide what you asked for' },
  TechnicalServiceProvision: { under: 'ServiceProvision', words: 'to run its service technically' },
  SearchFunctionalities: { under: 'ServiceProvision', words: 'to let you search' },
  ServiceOptimisation: { under: 'ServiceProvision', words: 'to improve its service' },
  OptimisationForConsumer: { under: 'ServiceOptimisation', words: 'to improve its service for you' },
  OptimisationForController: { under: 'ServiceOptimisation', words: 'to improve its service for itself' },
  ServiceUsageAnalytics: { under: 'ServiceProvision', words: 'to measure how its service is used' },
  Personalisation: { words: 'to fit things to you' },
  ServicePersonalisation: { under: 'Personalisation', words: 'to fit its service to you' },
  UserInterfacePersonalisation: { under: 'ServicePersonalisation', words: 'to fit its screens to you' },
  ProvidePersonalisedRecommendations: { under: 'ServicePersonalisation', words: 'to recommend things to you' },
  PersonalisedBenefits: { under: 'ServicePersonalisation', words: 'to give you personal benefits' },
  CustomerManagement: { words: 'to manage its customers' },
  CustomerCare: { under: 'CustomerManagement', words: 'to help its customers' },
  AccountManagement: { words: 'to keep your account' },
  CommunicationManagement: { words: 'to handle messages' },
  ResearchAndDevelopment: { words: 'for research' },
  AcademicResearch: { under: 'ResearchAndDevelopment', words: 'for academic research' },
  CommercialResearch: { under: 'ResearchAndDevelopment', words: 'for commercial research' },
  NonCommercialResearch: { under: 'ResearchAndDevelopment', words: 'for research without profit' },
  EnforceSecurity: { words: 'to keep its service secure' },
  FraudPreventionAndDetection: { under: 'EnforceSecurity', words: 'to find and prevent fraud' },
  Verification: { words: 'to check facts about you' },
  IdentityVerification: { under: 'Verification', words: 'to check who you are' },
  LegalCompliance: { words: 'to meet legal duties' },
  RecordManagement: { words: 'to keep records' },
  Marketing: { words: 'for marketing' },
  DirectMarketing: { under: 'Marketing', words: 'to send you marketing' },
  SocialMediaMarketing: { under: 'Marketing', words: 'for marketing on social media' },
  PublicRelations: { under: 'Marketing', words: 'for public relations' },
  Advertising: { under: 'Marketing', words: 'for advertising' },
  PersonalisedAdvertising: { under: 'Advertising', words: 'for advertising that is fitted to you' },
  TargetedAdvertising: { under: 'PersonalisedAdvertising', words: 'for advertising that is aimed at you' },
  SellProducts: { words: 'to sell things' },
  SellDataToThirdParties: { under: 'SellProducts', words: 'to sell your data to others' },
  SellInsightsFromData: { under: 'SellProducts', words: 'to sell what it learns from your data' },
};

function purposeOf(term: string): Purpose | undefined {
  return Object.hasOwn(PURPOSES, term) ? PURPOSES[term] : undefined;
}

/** A purpose in plain words; one that is not known here in the service's own term. */
export function purposeWords(term: string): string {
  return purposeOf(term)?.words ?? `for what it calls “${term}”`;
}

/** True when `term` is `wider` or a kind of it. A term that is not known may be a kind of anything. */
export function isPurposeWithin(term: string, wider: string): boolean {
  if (term === wider) return true;
  const purpose = purposeOf(term);
  if (purpose === undefined) return true;
  return purpose.under !== undefined && isPurposeWithin(purpose.under, wider);
}
