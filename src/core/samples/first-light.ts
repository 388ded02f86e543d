/** The sample that the demo renders: six shots, six camera moves, three transitions, a title, captions and music. */
import type { CameraMove } from '../document/schema.ts'
import type { SampleProject } from './sample.ts'

function move(preset: Extract<CameraMove, { kind: 'preset' }>['preset'], amount: number): CameraMove {
  return { kind: 'preset', preset, amount, easing: 'ease-in-out' }
}

export const FIRST_LIGHT: SampleProject = {
  id: 'first-light',
  title: 'First light',
  description: 'A red robot’s day in six shots, vertical, 15 seconds.',
  frameSize: { width: 1080, height: 1920 },
  frameRate: { num: 30, den: 1 },
  music: { mood: 'bright', seed: 7 },
  shots: [
    {
      name: 'Dawn', prompt: 'a white house in the mountains at dawn, clear sky', seconds: 3, shotSize: 'LS', camera: move('pan', 16), seed: 11,
      caption: null, title: { text: 'First light', position: 'upper', size: 0.07 }, transition: { kind: 'dissolve', seconds: 0.5, colour: '#000000' },
    },
    {
      name: 'The robot', prompt: 'a red robot standing still in a field, day, clear sky', seconds: 2.5, shotSize: 'MS', camera: move('dolly', 1.2), seed: 23,
      caption: 'Somebody is up early.', title: null, transition: null,
    },
    {
      name: 'Walking', prompt: 'a red robot moving right in a forest, day, clear sky', seconds: 2.5, shotSize: 'MS', camera: move('truck', 0.8), seed: 5,
      caption: 'Off through the trees,', title: null, transition: { kind: 'wipe', seconds: 0.4, colour: '#000000' },
    },
    {
      name: 'The boat', prompt: 'a blue boat on the beach at sunset, clear sky', seconds: 2.5, shotSize: 'LS', camera: move('orbit', 25), seed: 42,
      caption: 'down to the water.', title: null, transition: null,
    },
    {
      name: 'City', prompt: 'a red robot in the city at night, clear sky', seconds: 2.5, shotSize: 'MS', camera: move('zoom', 1.35), seed: 8,
      caption: 'The city sleeps.', title: null, transition: { kind: 'dip', seconds: 0.5, colour: '#000000' },
    },
    {
      name: 'Home', prompt: 'a yellow house in the snow at dawn, overcast', seconds: 3, shotSize: 'MS', camera: move('tilt', 10), seed: 77,
      caption: 'Home by first light.', title: null, transition: null,
    },
  ],
}
