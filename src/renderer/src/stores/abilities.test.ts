/** Every reason for which an operation is closed is a sentence about the thing that is missing. */
import { describe, expect, it } from 'vitest'
import type { PackSummary } from '#contracts/studio-api.ts'
import type { Take } from '#core/document/schema.ts'
import { aProject, mediaOf, PREVIZ, takeOf, type TestProject } from '#tests/core-properties/project.ts'
import { whyNotBridge, whyNotContinue, whyNotExtend, whyNotPicture, whyNotRetake } from './abilities.ts'

const PACK = { ...PREVIZ, name: 'Previz', state: 'ready' } as unknown as PackSummary
const LATENTS = { stored: { file: 'takes/x/latents.bin', bytes: 4, sha256: 'ab'.repeat(32) }, shape: [1, 24, 5, 12, 20] }
const without = (...abilities: (keyof PackSummary['abilities'])[]): PackSummary => ({ ...PACK, abilities: { ...PACK.abilities, ...Object.fromEntries(abilities.map((ability) => [ability, false])) } })

function generated(changes: Partial<Take> = {}): TestProject {
  const project = aProject().withShots(2)
  const frameCount = takeOf(project.document, project.shot(0).id, PREVIZ, project.context).frameCount
  const latents = { ...LATENTS, shape: [1, 24, (frameCount - 1) / 4 + 1, 12, 20] }
  project.generate(0, { latents, ...changes })
  return project
}

const retake = (project: TestProject, packs: readonly PackSummary[] = [PACK]): string | null => whyNotRetake(project.document, project.shot(0).id, packs)

describe('a retake', () => {
  it('is open for a generated take whose model is here', () => expect(retake(generated())).toBeNull())
  it('needs a take', () => expect(retake(aProject().withShots(1))).toBe('This shot has no take yet. Generate it first.'))
  it('needs the latents of the take', () => expect(retake(generated({ latents: null }))).toMatch(/kept no latents/))
  it('needs a recipe', () => expect(retake(generated({ recipe: null }))).toMatch(/imported/))
  it('needs the model', () => expect(retake(generated(), [])).toMatch(/^The model previz, which made this take, is not ready here/))
  it('needs the version that made the take', () => expect(retake(generated(), [{ ...PACK, packDigest: '99'.repeat(32) }])).toMatch(/another version of Previz/))
  it('needs a model that can make parts anew', () => expect(retake(generated(), [without('latentMask')])).toMatch(/^Previz cannot make a part/))
  it('needs an unlocked shot', () => {
    const project = generated()
    project.run('shot.setLocked', { shotIds: [project.shot(0).id], isLocked: true })
    expect(retake(project)).toBe('This shot is locked. Unlock it first.')
  })
})

describe('bridges and extensions', () => {
  it('need a next shot, and takes on both sides', () => {
    const project = generated()
    expect(whyNotBridge(project.document, project.shot(1).id, [PACK])).toBe('There is no shot after this one.')
    expect(whyNotBridge(project.document, project.shot(0).id, [PACK])).toBe('Shot 2 has no take yet. Generate it first.')
    project.generate(1)
    expect(whyNotBridge(project.document, project.shot(0).id, [PACK])).toBeNull()
    expect(whyNotBridge(project.document, project.shot(0).id, [without('latentMask')])).toMatch(/cannot lead from one shot into another/)
    expect(whyNotExtend(project.document, project.shot(0).id, [PACK])).toBeNull()
  })
})

describe('given pictures and continuing', () => {
  it('are closed where the model cannot take them', () => {
    const project = generated()
    expect(whyNotPicture(project.document, project.shot(1), 'firstFrame', [PACK])).toBeNull()
    expect(whyNotPicture(project.document, project.shot(1), 'firstFrame', [without('firstFrame')])).toMatch(/cannot start from a picture/)
    expect(whyNotPicture(project.document, project.shot(1), 'lastFrame', [without('lastFrame')])).toMatch(/cannot end on a picture/)
    expect(whyNotContinue(project.document, project.shot(1), [without('firstFrame')])).toMatch(/cannot start from a picture/)
  })

  it('exclude each other, and the first shot and circles', () => {
    const project = generated()
    expect(whyNotContinue(project.document, project.shot(0), [PACK])).toBe('This is the first shot.')
    expect(whyNotContinue(project.document, project.shot(1), [PACK])).toBeNull()
    const media = mediaOf('image', project.context)
    project.run('media.add', { media })
    project.run('shot.edit', { shotIds: [project.shot(1).id], changes: { references: { firstFrame: media.id, lastFrame: null } } })
    expect(whyNotContinue(project.document, project.shot(1), [PACK])).toBe('A first frame is given, which goes before.')
    project.undo()
    project.run('shot.edit', { shotIds: [project.shot(0).id], changes: { continuesFrom: project.shot(1).id } })
    expect(whyNotContinue(project.document, project.shot(1), [PACK])).toBe('Shot 1 continues from this one.')
  })
})
