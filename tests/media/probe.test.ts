/** Probing: what a file holds, and refusing files that are not what they are called. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createCanvas } from '@napi-rs/canvas'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMediaTools } from '#engine/media/create-media-tools.ts'
import { decodeToStream, encodeToFile } from '#engine/media/ffmpeg-command.ts'
import { findFfmpeg } from '#engine/media/ffmpeg-location.ts'
import { SAFE_INPUT } from '#engine/media/video-reader.ts'
import { meanDifference } from './picture-likeness.ts'
import { collect, movingDisc, paintedFrame, paintedFrames, TAKE_SIZE, temporaryFolder, wavOf } from './sample-project.ts'

const tools = createMediaTools()
const disc = movingDisc([255, 255, 255])
const never = new AbortController().signal
let folder = ''
let take = ''
beforeAll(async () => {
  folder = await temporaryFolder()
  take = join(folder, 'take.mp4')
  await tools.writeVideo({ file: take, frameSize: TAKE_SIZE, frameRate: { num: 8, den: 1 } }, paintedFrames(9, TAKE_SIZE, disc), never)
})
afterAll(() => tools.dispose())

async function remade(name: string, outputOptions: readonly string[]): Promise<string> {
  // Always the bundled one: the options below changed their names since.
  const { ffmpeg } = await findFfmpeg({ setting: null, env: {} }, never)
  await encodeToFile(ffmpeg, { inputs: [{ source: { file: take }, options: [] }], outputOptions }, join(folder, name), never)
  return join(folder, name)
}

describe('probe', () => {
  it('tells a sound without pictures and a still without length', async () => {
    await writeFile(join(folder, 'tone.wav'), wavOf(1.5, 44_100, 1, (t) => 0.5 * Math.sin(t * 2_000)))
    expect(await tools.probe(join(folder, 'tone.wav'))).toMatchObject({ format: 'wav', durationSeconds: 1.5, video: null, audio: { sampleRate: 44_100, channels: 1 } })
    await writeFile(join(folder, 'still.png'), await createCanvas(31, 17).encode('png'))
    expect(await tools.probe(join(folder, 'still.png'))).toMatchObject({ durationSeconds: null, audio: null, video: { codec: 'png', frameSize: { width: 31, height: 17 } } })
  })

  it('gives the size as shown where a file is turned', async () => {
    const turned = await remade('turned.mp4', ['-c', 'copy', '-metadata:s:v:0', 'rotate=90', '-f', 'mp4'])
    // This ffmpeg's tag turns the picture a quarter to the left, which is three quarters to the right.
    expect((await tools.probe(turned)).video).toMatchObject({ frameSize: { width: 160, height: 96 }, rotationDegrees: 270 })
    const [first] = await collect(tools.readVideoFrames(turned))
    const expected = paintedFrame(0, { width: 160, height: 96 }, (x, y) => disc(95 - y, x, 0))
    expect(meanDifference(first ?? new Uint8Array(), expected)).toBeLessThan(2)
  })

  it('reports a variable rate, and reads its frames once each', async () => {
    const uneven = await remade('uneven.mp4', ['-filter:v', 'select=not(eq(n\\,3)+eq(n\\,4))', '-vsync', 'vfr', '-c:v', 'libx264', '-f', 'mp4'])
    expect((await tools.probe(uneven)).video).toMatchObject({ isVariableFrameRate: true, frameCount: 7 })
    expect(await collect(tools.readVideoFrames(uneven))).toHaveLength(7)
  })

  it('opens no other file through a playlist that is called a video', async () => {
    const playlists: Readonly<Record<string, string>> = {
      'hls.mp4': '#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\ntake.mp4\n#EXT-X-ENDLIST\n',
      'concat.mp4': "ffconcat version 1.0\nfile 'take.mp4'\n",
      'dash.mp4': '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period><AdaptationSet><Representation id="1"><BaseURL>take.mp4</BaseURL></Representation></AdaptationSet></Period></MPD>',
      'sdp.mp4': 'v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n',
      'random.mp4': 'this is no video',
      'empty.mp4': '',
    }
    for (const [name, text] of Object.entries(playlists)) {
      await writeFile(join(folder, name), text)
      await expect(tools.probe(join(folder, name)), name).rejects.toMatchObject({ code: 'MEDIA_CORRUPT' })
      await expect(collect(tools.readVideoFrames(join(folder, name))), name).rejects.toMatchObject({ code: 'MEDIA_CORRUPT' })
      await expect(tools.readImage(join(folder, name), TAKE_SIZE), name).rejects.toMatchObject({ code: 'MEDIA_CORRUPT' })
    }
  })

  it('keeps the decoder itself from opening what a playlist names, even unprobed', async () => {
    await writeFile(join(folder, 'sly.mp4'), '#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\ntake.mp4\n#EXT-X-ENDLIST\n')
    const { ffmpeg } = await tools.tools()
    const frames = (options: readonly string[]) => collect(decodeToStream(ffmpeg, { inputs: [{ source: { file: join(folder, 'sly.mp4') }, options }], outputOptions: ['-f', 'rawvideo'] }, never))
    await expect(frames(SAFE_INPUT)).rejects.toMatchObject({ code: 'FFMPEG_FAILED' })
  })

  it('does not take a name for a protocol, an option or a pattern', async () => {
    await mkdir(join(folder, 'odd'), { recursive: true })
    for (const name of ['concat:take.mp4', '-version', 'a%03d.png', 'http:x.mp4']) {
      await expect(tools.probe(join(folder, 'odd', name)), name).rejects.toMatchObject({ code: 'MEDIA_MISSING' })
    }
    await expect(tools.probe('take.mp4')).rejects.toMatchObject({ code: 'MEDIA_MISSING' })
    await expect(tools.probe(folder)).rejects.toMatchObject({ code: 'MEDIA_MISSING' })
  })
})
