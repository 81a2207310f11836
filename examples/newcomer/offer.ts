/** What Newcomer is and what it asks for. Everything here is public. */

const YEAR = 'P366D';
const PROMISE = { max: 'P30D', on_withdraw: 'erase' };

/** The offer before it is signed; members that only the locker reads are left out of the type. */
export interface Draft {
  readonly client_id: string;
  readonly clauses: readonly { readonly clause_id: string }[];
}

function clauseOf(
  id: string,
  necessity: 'required' | 'optional',
  short: string,
  long: string,
  rest: object,
): Draft['clauses'][number] {
  const clause = {
    type: 'urn:locker:clause:v1',
    clause_id: id,
    necessity,
    privileges: ['raw'],
    purpose: ['ServicePersonalisation'],
    purpose_text: { en: { short, long } },
    retention: PROMISE,
    ...rest,
  };
  return clause;
}

const clausesOf = (star: string): Draft['clauses'] => [
  clauseOf(
    'posts',
    'required',
    'Start with what you wrote',
    'Your own posts are the first page of your timeline here.',
    {
      actions: ['read', 'query', 'subscribe'],
      datatypes: ['social.post'],
      fields: ['id', 'published', 'content', 'url', 'language', 'tags', 'likes'],
      filter: [{ field: 'mine', op: 'eq', value: true }],
      window: { rolling: YEAR },
      granularity: { max_items: 200 },
      rate: { per_hour: 600 },
    },
  ),
  clauseOf('follows', 'optional', 'Find the people you follow', 'So that you need not look for everyone again.', {
    actions: ['query'],
    datatypes: ['social.follow'],
    fields: ['object', 'published'],
    rate: { per_hour: 600 },
  }),
  clauseOf('people', 'optional', 'Know them by their names', 'Names and account names of people in your locker.', {
    actions: ['query'],
    datatypes: ['social.person'],
    fields: ['id', 'name', 'handle'],
    rate: { per_hour: 600 },
  }),
  clauseOf(
    'write',
    'optional',
    'Keep what you write here',
    'What you write here goes into your locker as your own post.',
    {
      actions: ['append', 'delete'],
      datatypes: ['social.post'],
      fields: ['content', 'published', 'mine'],
      rate: { per_hour: 600 },
    },
  ),
  clauseOf('stars', 'optional', 'Keep your stars with you', 'Which posts you starred here, in words.', {
    actions: ['query', 'append'],
    datatypes: [star],
    fields: ['post', 'words', 'published'],
    rate: { per_hour: 600 },
  }),
];

/** OAuth client metadata document: a public client, known by its own address. */
export function clientDocument(origin: string, publicKey: object): Record<string, unknown> {
  return {
    client_id: `${origin}/client.json`,
    client_name: 'Newcomer',
    client_uri: `${origin}/`,
    redirect_uris: [`${origin}/back`],
    token_endpoint_auth_method: 'none',
    jwks: { keys: [publicKey] },
  };
}

/** Once published under a version it never changes: what is new is version 2. */
export function draftOffer(origin: string): Draft {
  // On this computer a kind of one's own is named by the port, elsewhere by the host.
  const star = `x-localhost-${new URL(origin).port}.star`;
  const draft = {
    contract_version: '1',
    id: `${origin}/offer.json`,
    version: 1,
    client_id: `${origin}/client.json`,
    controller: { name: 'Newcomer (an example)', contact: 'hello@newcomer.example', jurisdiction: 'NL' },
    language: 'en',
    datatypes: [
      {
        name: star,
        title: 'Star',
        schema: {
          type: 'object',
          additionalProperties: false,
          required: ['post', 'published'],
          properties: {
            post: { type: 'string', maxLength: 2048, title: 'Address of the post' },
            words: { type: 'string', maxLength: 200, title: 'How it begins' },
            published: { type: 'string', format: 'date-time' },
          },
        },
        indexed: ['published'],
      },
    ],
    clauses: clausesOf(star),
    webhook: `${origin}/notices`,
  };
  return draft;
}
