import { expect, test } from 'vitest';
import type { RecordId } from '../../protocol/brand.ts';
import type { PostView } from '../../protocol/owner/data.ts';
import { recordId, type PostViews } from './views.ts';
import { ViewsAhead } from './views-ahead.ts';

function store(there: readonly number[]): { views: PostViews; asked: string[][] } {
  const asked: string[][] = [];
  const postViews = async (ids: readonly RecordId[]): Promise<PostView[]> => {
    asked.push([...ids]);
    return ids.filter((id) => there.includes(Number(id))).map((id) => ({ id }) as unknown as PostView);
  };
  return { views: { postViews }, asked };
}

test('views read ahead are not read again, and what a reranker brought in is read then', async () => {
  const { views, asked } = store([1, 2, 3, 4, 5]);
  const ahead = new ViewsAhead(views, 2);
  ahead.begin(Float64Array.of(5, 4, 3, 2, 1), Uint32Array.of(0, 1, 2, 3, 4));
  const found = await ahead.postViews([4, 1, 5].map(recordId));
  expect(found.map(({ id }) => id)).toEqual(['4', '1', '5']);
  expect(asked).toEqual([['5', '4', '3'], ['1']]);
});

test('a post that is gone is missing, and nothing begun is nothing known', async () => {
  const { views } = store([2]);
  const ahead = new ViewsAhead(views, 2);
  expect((await ahead.postViews([1, 2].map(recordId))).map(({ id }) => id)).toEqual(['2']);
});

test('a failed read is told to whoever asks for the page', async () => {
  const ahead = new ViewsAhead({ postViews: () => Promise.reject(new Error('closed')) }, 2);
  ahead.begin(Float64Array.of(1), Uint32Array.of(0));
  await expect(ahead.postViews([recordId(1)])).rejects.toThrow('closed');
});
