/** From a place on the scrubber to a frame of the sequence. */

export function frameAtPoint(bar: HTMLElement, clientX: number, lastFrame: number): number {
  const box = bar.getBoundingClientRect()
  return Math.round(Math.max(0, Math.min(1, (clientX - box.left) / Math.max(1, box.width))) * lastFrame)
}
