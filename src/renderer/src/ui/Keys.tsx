/** A keyboard shortcut as key caps: "Mod+Shift+Z" reads ⌘⇧Z on a Mac and Ctrl+Shift+Z elsewhere. */
const IS_MAC = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform)

const KEY_WORDS: Readonly<Record<string, string>> = Object.freeze({
  Mod: IS_MAC ? '⌘' : 'Ctrl', Shift: IS_MAC ? '⇧' : 'Shift', Alt: IS_MAC ? '⌥' : 'Alt',
  ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓', Space: 'Space', Escape: 'Esc', Delete: 'Del', Enter: '↵',
})

export function Keys({ shortcut }: { readonly shortcut: string }) {
  return (
    <span className="keys">
      {keyWords(shortcut).map((word) => <kbd key={word}>{word}</kbd>)}
    </span>
  )
}

/** The words of a shortcut's keys, as a person of this platform knows them. */
export function keyWords(shortcut: string): readonly string[] {
  return shortcut.split('+').map((key) => KEY_WORDS[key] ?? key.toUpperCase())
}
