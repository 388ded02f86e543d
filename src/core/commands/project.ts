/** The command that changes what holds for the whole project. */
import { z } from 'zod'
import { withChanges } from '../document/records.ts'
import { ProjectSchema } from '../document/schema.ts'
import { retimeDocument } from '../timeline/retime.ts'
import { defineCommand } from './command.ts'

const { title, packId, styleLine, frameRate, frameSize } = ProjectSchema.unwrap().shape

/** A new frame rate keeps every length and place in seconds: all frames are converted, locked shots included. */
export const projectEdit = defineCommand({
  type: 'project.edit',
  payload: z.strictObject({ title, packId, styleLine, frameRate, frameSize }).partial(),
  label: (changes) => (Object.keys(changes).length === 1 && changes.title !== undefined ? 'Rename project' : 'Change project settings'),
  apply(document, changes) {
    const retimed = changes.frameRate ? retimeDocument(document, changes.frameRate) : document
    const project = withChanges(retimed.project, changes)
    return project === retimed.project ? retimed : { ...retimed, project }
  },
})
