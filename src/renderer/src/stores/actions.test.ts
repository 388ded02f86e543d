import { describe, expect, it } from 'vitest'
import { ACTIONS, actionOfKey } from './actions.ts'

function press(key: string, modifiers: { readonly ctrlKey?: boolean; readonly metaKey?: boolean; readonly shiftKey?: boolean; readonly altKey?: boolean } = {}): string | undefined {
  return actionOfKey({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...modifiers })?.id
}

describe('shortcuts', () => {
  it.each([
    [' ', {}, 'togglePlay'], ['j', {}, 'playBackward'], ['ArrowRight', {}, 'nextFrame'], ['ArrowRight', { shiftKey: true }, 'nextSecond'], ['ArrowUp', { altKey: true }, 'moveEarlier'],
    ['z', { ctrlKey: true }, 'undo'], ['z', { metaKey: true }, 'undo'], ['Z', { ctrlKey: true, shiftKey: true }, 'redo'], ['Z', { shiftKey: true }, 'zoomFit'], ['?', { shiftKey: true }, 'shortcuts'],
    ['+', { shiftKey: true }, 'zoomIn'], ['k', { ctrlKey: true }, 'palette'], ['k', {}, 'togglePlay'], ['Enter', { ctrlKey: true }, 'generateStale'],
  ] as const)('reads %s with %o as %s', (key, modifiers, action) => {
    expect(press(key, modifiers)).toBe(action)
  })

  it('leaves keys alone that mean nothing', () => {
    expect(press('x')).toBeUndefined()
    expect(press('z', { altKey: true })).toBeUndefined()
  })

  it('gives no key to two actions', () => {
    const keys = ACTIONS.flatMap(({ shortcuts }) => shortcuts.map((shortcut) => shortcut.toLowerCase()))
    expect(keys.length).toBe(new Set(keys).size)
  })
})
