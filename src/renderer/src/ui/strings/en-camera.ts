/** Words of the camera fields, in English. */
import type { CameraCarrier } from '#core/camera/carrier.ts'

const carriers: Readonly<Record<CameraCarrier, string>> = {
  'nothing-to-do': '',
  picture: 'Moved over the finished picture: near and far do not part, and the sides are cropped.',
  flow: 'This model is told the way of every part of the picture.',
  pluecker: 'This model is told the ray of every pixel.',
  prompt: 'This model is told in words: it may follow loosely.',
  ignored: 'This model follows no camera moves. Move the picture instead, or choose another model.',
}

export const camera = {
  carriers,
  virtual: 'Move the picture instead',
  virtualHint: 'The model holds still; a window travels over its picture.',
  add: 'Add a move at the same time',
  remove: (move: string) => `Remove ${move}`,
  frequency: 'Tempo',
  toPresets: 'Replace the path by a preset',
}
