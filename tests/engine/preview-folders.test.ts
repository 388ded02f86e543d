/** The folders of step previews: one at a time, and none left behind by engines that were killed. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createPreviewFolders } from '#engine/preview-folders.ts'
import { temporaryFolder } from './pack-copy.ts'

describe('preview folders', () => {
  it('keep the last job\'s pictures until the next job starts', async () => {
    const folders = createPreviewFolders(temporaryFolder())
    const first = await folders.next()
    expect(existsSync(first)).toBe(true)
    const second = await folders.next()
    expect([existsSync(first), existsSync(second)]).toEqual([false, true])
    await folders.dispose()
    expect(existsSync(second)).toBe(false)
  })

  it('sweep what dead engines left, and nothing of living ones or of others', async () => {
    const parent = temporaryFolder()
    const dead = spawnSync(process.execPath, ['-e', '0']).pid
    const names = { dead: `shotwright-previews-${dead}-abc`, living: `shotwright-previews-${process.ppid}-abc`, other: 'holiday-pictures' }
    for (const name of Object.values(names)) mkdirSync(join(parent, name))
    const folders = createPreviewFolders(parent)
    await folders.next()
    await folders.dispose()
    expect(readdirSync(parent).sort()).toEqual([names.other, names.living].sort())
  })
})
