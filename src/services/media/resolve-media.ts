/** Turns the media paths that pages ask for (ids only) into files: of known projects, previews, exports and fonts, nothing else. */
import { existsSync } from 'node:fs'
import { extname, join } from 'node:path'
import { pathInside } from '../projects/project-folder.ts'
import type { ProjectStore } from '../projects/project-store.ts'
import type { LibraryTables } from '../storage/tables.ts'

export interface ResolvedMedia {
  readonly file: string
  readonly contentType: string
}

export interface MediaSources {
  readonly projects: ProjectStore
  readonly tables: LibraryTables
  readonly fontsFolder: string
  readonly previewFile: (jobId: string, step: number) => string | null
}

const CONTENT_TYPES: Readonly<Record<string, string>> = Object.freeze({
  '.mp4': 'video/mp4', '.webm': 'video/webm', '.mov': 'video/quicktime', '.mkv': 'video/x-matroska', '.m4v': 'video/mp4',
  '.wav': 'audio/wav', '.mp3': 'audio/mpeg', '.m4a': 'audio/mp4', '.aac': 'audio/aac', '.flac': 'audio/flac', '.ogg': 'audio/ogg', '.opus': 'audio/ogg',
  '.jpg': 'image/jpeg', '.jpeg': 'image/jpeg', '.png': 'image/png', '.webp': 'image/webp', '.gif': 'image/gif',
  '.woff2': 'font/woff2', '.ttf': 'font/ttf', '.otf': 'font/otf',
})
const FONT_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.(woff2|ttf|otf)$/
const ID = /^[a-z]+_[0-9a-zA-Z-]{4,64}$/

type Route = (sources: MediaSources, parts: readonly string[]) => string | null

/** One row a route; each gets the parts behind its name. */
const ROUTES: Readonly<Record<string, Route>> = Object.freeze({
  takes: (sources, [projectId = '', takeId = '', kind]) => takeFile(sources, projectId, takeId, kind),
  media: ({ projects }, [projectId = '', mediaId = '']) => {
    const project = projects.peek(projectId)
    const media = project && Object.hasOwn(project.document.media, mediaId) ? project.document.media[mediaId] : undefined
    return project && media ? pathInside(project.folder, media.stored.file) : null
  },
  previews: ({ previewFile }, [jobId = '', step = '']) => (/^\d{1,6}$/.test(step) ? previewFile(jobId, Number(step)) : null),
  exports: ({ tables }, [jobId = '', kind]) => {
    const result = tables.jobs.get(jobId)?.exportResult ?? null
    if (kind === 'video') return result?.file ?? null
    return kind === 'contact-sheet' ? (result?.contactSheetFile ?? null) : null
  },
  fonts: ({ fontsFolder }, [name = '']) => (FONT_NAME.test(name) ? pathInside(fontsFolder, name) : null),
})
const PARTS: Readonly<Record<string, number>> = Object.freeze({ takes: 3, media: 2, previews: 2, exports: 2, fonts: 1 })

/** The file behind `takes/{projectId}/{takeId}/video` and its like; null for everything that is not one of ours or not there. */
export function resolveMedia(sources: MediaSources, path: string): ResolvedMedia | null {
  const [name = '', ...parts] = path.split('/')
  const route = Object.hasOwn(ROUTES, name) ? ROUTES[name] : undefined
  if (!route || parts.length !== PARTS[name]) return null
  const file = route(sources, parts)
  if (file === null || !existsSync(file)) return null
  const contentType = CONTENT_TYPES[extname(file).toLowerCase()]
  return contentType === undefined ? null : { file, contentType }
}

/** Takes of open projects come from the document; thumbnails of closed ones, for the list, from where all of them lie. */
function takeFile({ projects, tables }: MediaSources, projectId: string, takeId: string, kind: string | undefined): string | null {
  if (kind !== 'video' && kind !== 'thumbnail') return null
  const project = projects.peek(projectId)
  if (project) {
    const take = Object.hasOwn(project.document.takes, takeId) ? project.document.takes[takeId] : undefined
    return take ? pathInside(project.folder, take[kind].file) : null
  }
  const folder = tables.projects.get(projectId)?.folder
  if (folder === undefined || kind !== 'thumbnail' || !ID.test(takeId)) return null
  return pathInside(folder, join('takes', takeId, 'thumbnail.jpg'))
}
