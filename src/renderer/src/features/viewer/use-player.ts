/** One player for as long as the viewer is shown. */
import { useEffect } from 'react'
import { mediaPath } from '#contracts/studio-api.ts'
import { Player, type PlayerSource } from '../../media/player.ts'
import { deriveFrom } from '../../stores/derive.ts'
import { useStudio } from '../../stores/studio.ts'

export function usePlayer(): void {
  const studio = useStudio()
  useEffect(() => {
    const player = new Player(studio.playhead, studio.session, () => source())
    function source(): PlayerSource | null {
      const open = studio.document.state.getState().open
      if (!open) return null
      return { frameRate: open.document.project.frameRate, audio: deriveFrom(open.document).audio, mediaUrl: (mediaId) => studio.mediaUrl(mediaPath(open.projectId, mediaId)) }
    }
    return () => {
      studio.session.state.setState({ isPlaying: false, playRate: 1 })
      player.dispose()
    }
  }, [studio])
}
