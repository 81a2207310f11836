// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { choiceOf, type ChoicePress } from './choice-keys.ts';

function press(key: string, changes: Partial<ChoicePress> = {}): ChoicePress {
  return {
    ...{ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, repeat: false, defaultPrevented: false },
    target: document.body,
    ...changes,
  };
}

function inside(html: string, selector: string): Element | null {
  document.body.innerHTML = html;
  return document.querySelector(selector);
}

test('arrows choose, one passes over, one takes back; letters only where they are wanted', () => {
  expect(['ArrowLeft', 'ArrowRight', 'ArrowDown', 'Backspace'].map((key) => choiceOf(press(key), false))).toEqual([
    0,
    1,
    null,
    'undo',
  ]);
  expect([choiceOf(press('z'), true), choiceOf(press('z'), false), choiceOf(press('q'), true)]).toEqual([
    'undo',
    undefined,
    undefined,
  ]);
});

test('combinations, held keys and controls that take keys themselves are left alone', () => {
  for (const name of ['ctrlKey', 'metaKey', 'altKey', 'shiftKey', 'repeat', 'defaultPrevented'] as const)
    expect(choiceOf(press('ArrowLeft', { [name]: true }), true)).toBeUndefined();
  const field = inside('<input>', 'input');
  for (const key of ['ArrowLeft', 'Backspace', 'z'])
    expect(choiceOf(press(key, { target: field }), true)).toBeUndefined();
});

test('a post that is scrolled keeps the arrow that scrolls it', () => {
  const target = inside('<div class="scrolls" tabindex="0"><a href="#x">x</a></div>', 'a');
  expect(choiceOf(press('ArrowDown', { target }), true)).toBeUndefined();
  expect(choiceOf(press('ArrowRight', { target }), true)).toBe(1);
});
