/** Reads a page as assistive technology would, by axe: names, roles, contrast, order of headings. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
/**
 * A card is an option with a menu button that the pointer alone uses (keys have shortcuts); names of buttons say what they do
 * where their text only shows a value.
 */
const DELIBERATE = ['nested-interactive', 'label-content-name-mismatch']

/** Brings axe into a page; once is enough until the page is loaded again. */
export async function loadAxe(page: Page): Promise<void> {
  await page.evaluate(AXE)
}

/** "rule: element" for everything that axe objects to. */
export async function objections(page: Page): Promise<readonly string[]> {
  return await page.evaluate(async (rules) => {
    const { axe } = window as unknown as { axe: { run(node: Document, options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }
    const options = { resultTypes: ['violations'], rules: Object.fromEntries(rules.map((rule) => [rule, { enabled: false }])) }
    const { violations } = await axe.run(document, options)
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`))
  }, DELIBERATE)
}
