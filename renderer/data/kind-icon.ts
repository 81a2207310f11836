import Box from '@lucide/svelte/icons/box';
import Ban from '@lucide/svelte/icons/ban';
import Bookmark from '@lucide/svelte/icons/bookmark';
import Eye from '@lucide/svelte/icons/eye';
import Heart from '@lucide/svelte/icons/heart';
import Image from '@lucide/svelte/icons/image';
import List from '@lucide/svelte/icons/list';
import Mail from '@lucide/svelte/icons/mail';
import MessageSquare from '@lucide/svelte/icons/message-square';
import Search from '@lucide/svelte/icons/search';
import Tag from '@lucide/svelte/icons/tag';
import User from '@lucide/svelte/icons/user';
import UserPlus from '@lucide/svelte/icons/user-plus';
import VolumeX from '@lucide/svelte/icons/volume-x';
import type { Component } from 'svelte';
import { isDatatype, type Datatype } from '../../protocol/datatypes.ts';

const KIND_ICONS: Readonly<Record<Datatype, Component<{ size?: number }>>> = {
  'social.profile': User,
  'social.person': User,
  'social.post': MessageSquare,
  'social.reaction': Heart,
  'social.follow': UserPlus,
  'social.mute': VolumeX,
  'social.block': Ban,
  'social.list': List,
  'social.bookmark': Bookmark,
  'social.message': Mail,
  'media.item': Image,
  'activity.view': Eye,
  'activity.search': Search,
  label: Tag,
};

/** A kind that a service brought has the icon of a box. */
export function kindIcon(datatype: string): Component<{ size?: number }> {
  return isDatatype(datatype) ? KIND_ICONS[datatype] : Box;
}
