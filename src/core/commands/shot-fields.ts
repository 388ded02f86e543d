/** The fields of a shot that people edit, and what an edit of them must respect. */
import type { z } from 'zod'
import { cameraPath } from '../camera/path.ts'
import { continuesFromShot } from '../document/invariants/continuity.ts'
import { shotLabel } from '../document/records.ts'
import { ShotSchema, type ProjectDocument, type Shot } from '../document/schema.ts'
import { StudioError } from '../errors.ts'
import { describeVirtualProblem } from '../render/picture-window.ts'
import { refuse } from './refusal.ts'
import type { Rejection } from './command.ts'

/** Everything that `shot.edit` can change; length and trim have their own command, takes and locks too. */
export const ShotChangesSchema = ShotSchema.unwrap().pick({
  name: true, prompt: true, negativePrompt: true, seed: true, shotSize: true, angle: true, lensMm: true, subjectDistanceM: true,
  camera: true, bearingDegrees: true, dismissedHints: true, composition: true, framing: true, references: true, continuesFrom: true, packId: true, overrides: true,
}).partial()
export type ShotChanges = z.infer<typeof ShotChangesSchema>

/** Null where the changes suit the shot, else why not: references must exist, continuity must not run in a circle, a camera must be one. */
export function refuseChanges(document: ProjectDocument, shot: Shot, changes: ShotChanges): Rejection | null {
  return refuseReferences(document, changes) ?? refuseContinuity(document, shot, changes) ?? refuseCamera(document, shot, changes)
}

/** Ranges of single fields are the schema's; what they make together is tried out, so that no shot waits for its generation to hear of it. */
function refuseCamera({ project }: ProjectDocument, shot: Shot, changes: ShotChanges): Rejection | null {
  const edited = { ...shot, ...changes } as Shot
  const { camera: move, lensMm, subjectDistanceM, framing, durationFrames } = edited
  if (move === shot.camera && lensMm === shot.lensMm && subjectDistanceM === shot.subjectDistanceM && framing === shot.framing) return null
  try {
    cameraPath({ move, lensMm, subjectDistanceM, frameCount: 2 })
    const { frameRate, frameSize } = project
    const problem = describeVirtualProblem({ shot: edited, frameCount: durationFrames, frameRate, frameSize, picture: frameSize })
    return problem && refuse('not-possible', problem.message, problem.remedy)
  } catch (error) {
    if (error instanceof StudioError) return refuse('not-possible', error.message, 'Choose another amount, lens or subject distance.')
    throw error
  }
}

function refuseReferences(document: ProjectDocument, { references }: ShotChanges): Rejection | null {
  for (const mediaId of [references?.firstFrame, references?.lastFrame]) {
    if (!mediaId) continue
    const media = document.media[mediaId]
    if (!media) return refuse('not-found', `The reference picture is not in the project (${mediaId}).`, 'Import it first.')
    if (media.kind === 'audio') return refuse('not-possible', `“${media.displayName}” is a sound and cannot be a reference picture.`, 'Choose a picture or a video.')
  }
  return null
}

function refuseContinuity(document: ProjectDocument, shot: Shot, { continuesFrom }: ShotChanges): Rejection | null {
  if (!continuesFrom) return null
  const upstream = document.shots[continuesFrom]
  if (!upstream) return refuse('not-found', `The shot to continue from is no longer in the project (${continuesFrom}).`, 'Choose another shot.')
  if (!continuesFromShot(document, continuesFrom, shot.id)) return null
  return refuse('not-possible', `${shotLabel(document, shot)} cannot continue from ${shotLabel(document, upstream)}: that one continues from it.`, 'Choose a shot that does not depend on this one.')
}
