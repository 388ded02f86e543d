/** The catalogue in use; further languages add a file beside en.ts and a row here. */
import { en, type Strings } from './en.ts'

export const CATALOGUES: Readonly<Record<string, Strings>> = Object.freeze({ en })

export const t: Strings = CATALOGUES[typeof navigator === 'undefined' ? 'en' : navigator.language.slice(0, 2)] ?? en
