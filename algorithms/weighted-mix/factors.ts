/**
 * The factors of the mix in their order: our setting's key and the published name. `trending`: also multiplied by the
 * trending weight.
 */
export const FACTORS = [
  { key: 'alreadyShown', published: 'AlreadyShown', trending: false },
  { key: 'authorFollowers', published: 'AuthorFollowers', trending: false },
  { key: 'chaos', published: 'Chaos', trending: false },
  { key: 'favouritedTags', published: 'FavouritedTags', trending: false },
  { key: 'followedAccounts', published: 'FollowedAccounts', trending: false },
  { key: 'followedTags', published: 'FollowedTags', trending: false },
  { key: 'followers', published: 'Followers', trending: false },
  { key: 'participatedTags', published: 'ParticipatedTags', trending: false },
  { key: 'imageAttachments', published: 'ImageAttachments', trending: false },
  { key: 'interactions', published: 'Interactions', trending: false },
  { key: 'mentionsFollowed', published: 'MentionsFollowed', trending: false },
  { key: 'likedAccounts', published: 'FavouritedAccounts', trending: false },
  { key: 'answeredAccounts', published: 'MostRepliedAccounts', trending: false },
  { key: 'boostedAccounts', published: 'MostRetootedAccounts', trending: false },
  { key: 'likes', published: 'NumFavourites', trending: false },
  { key: 'replies', published: 'NumReplies', trending: false },
  { key: 'boosts', published: 'NumRetoots', trending: false },
  { key: 'boostedInFeed', published: 'RetootedInFeed', trending: false },
  { key: 'trendingLinks', published: 'TrendingLinks', trending: true },
  { key: 'trendingTags', published: 'TrendingTags', trending: true },
  { key: 'trendingPosts', published: 'TrendingToots', trending: true },
  { key: 'videoAttachments', published: 'VideoAttachments', trending: false },
  { key: 'diversity', published: 'Diversity', trending: false },
] as const;

export type FactorKey = (typeof FACTORS)[number]['key'];
