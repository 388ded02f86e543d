/** Wires the stores together and holds the few steps that touch several of them: opening, generating, exporting. */
import { createContext, useContext } from 'react'
import type { Job } from '#contracts/studio-api.ts'
import type { MethodInput, MethodName, MethodOutput } from '#contracts/contract.ts'
import type { StudioContract, ProjectSnapshot } from '#contracts/studio-api.ts'
import { t } from '../ui/strings/strings.ts'
import { FilmStrips } from '../media/film-strips.ts'
import { Waveforms } from '../media/waveforms.ts'
import { TakeFrames } from '../media/take-frames.ts'
import { deriveFrom } from './derive.ts'
import { asStudioError, DocumentStore } from './document-store.ts'
import { activeJobs, JobsStore } from './jobs-store.ts'
import { LibraryStore } from './library-store.ts'
import type { StudioLink } from './link.ts'
import { NoticesStore } from './notices-store.ts'
import { PacksStore } from './packs-store.ts'
import { Playhead } from './playhead.ts'
import { SessionStore } from './session-store.ts'

export class Studio {
  readonly link: StudioLink
  readonly document: DocumentStore
  readonly jobs: JobsStore
  readonly packs: PacksStore
  readonly library: LibraryStore
  readonly session: SessionStore
  readonly notices = new NoticesStore()
  readonly playhead = new Playhead()
  readonly frames = new TakeFrames()
  readonly strips = new FilmStrips()
  readonly waveforms = new Waveforms()

  constructor(link: StudioLink, storage: Pick<Storage, 'getItem' | 'setItem'> | null) {
    this.link = link
    this.session = new SessionStore(storage)
    this.document = new DocumentStore(link, (message, remedy) => this.notices.add({ kind: 'failed', title: message, text: remedy }))
    this.jobs = new JobsStore(link, (job) => this.#announce(job))
    this.packs = new PacksStore(link)
    this.library = new LibraryStore(link)
  }

  get projectId(): string | null {
    return this.document.state.getState().open?.projectId ?? null
  }

  /** Where pictures come from; empty until the studio answered once. */
  mediaUrl(path: string): string {
    const base = this.link.state.getState().info?.mediaBaseUrl ?? ''
    return `${base}${base.endsWith('/') ? '' : '/'}${path}`
  }

  /** Calls the studio and shows what went wrong; null where it did. */
  async ask<M extends MethodName<StudioContract>>(method: M, input: MethodInput<StudioContract, M>): Promise<MethodOutput<StudioContract, M> | null> {
    try {
      return await this.link.call(method, input)
    } catch (cause) {
      const error = asStudioError(cause)
      this.notices.add({ kind: 'failed', title: error.message, text: error.remedy })
      return null
    }
  }

  async openProject(fetch: () => Promise<ProjectSnapshot>): Promise<boolean> {
    this.session.leaveProject()
    const isOpen = await this.document.open(fetch)
    if (!isOpen) return false
    const open = this.document.state.getState().open
    if (!open) return false
    const first = open.document.sequences[open.document.project.sequenceIds[0] ?? '']?.shotIds[0]
    this.playhead.seek(0)
    this.session.requestFit()
    if (first) this.session.selectShots([first])
    await this.jobs.load(open.projectId)
    return true
  }

  openById(projectId: string): Promise<boolean> {
    return this.openProject(() => this.link.call('project.open', { projectId, folder: null }))
  }

  closeProject(): void {
    this.session.leaveProject()
    this.document.close()
    void this.library.load()
  }

  /** Queues shots for generation; null means every stale one. */
  async generate(shotIds: readonly string[] | null, newSeeds = false): Promise<void> {
    const projectId = this.projectId
    if (!projectId) return
    const answer = await this.ask('job.generate', { projectId, shotIds: shotIds && [...shotIds], variations: 1, newSeeds })
    const left = answer?.skipped.filter(({ reason }) => reason !== 'up-to-date') ?? []
    const first = left[0]
    // A model may have gone since the list of models was read: what the studio says now is what the buttons must show.
    if (left.some(({ reason }) => reason === 'pack-missing')) void this.packs.load()
    if (first && (shotIds || answer?.jobIds.length === 0)) this.notices.add({ kind: answer?.jobIds.length === 0 ? 'failed' : 'note', title: left.length === 1 ? first.message : t.notices.leftOut(left.length), text: left.length === 1 ? first.remedy : `${first.message} ${first.remedy}` })
  }

  cancelJob(jobId: string): void {
    void this.ask('job.cancel', { jobId })
  }

  async undo(): Promise<void> {
    await this.document.undo()
  }

  async redo(): Promise<void> {
    await this.document.redo()
  }

  #announce(job: Job): void {
    if (job.projectId !== this.projectId) return
    if (job.kind === 'generate' && job.state === 'done') void this.packs.load()
    if (job.state === 'failed' && job.error) {
      const title = job.kind === 'export' ? t.notices.exportFailed : t.notices.shotFailed(this.#nameOf(job))
      this.notices.add({ kind: 'failed', title, text: `${job.error.message} ${job.error.remedy}`, action: this.#remedyFor(job) })
    }
    if (job.kind === 'generate' && activeJobs(this.jobs.state.getState(), job.projectId).every(({ kind }) => kind !== 'generate')) this.#announceBatch()
    if (job.state === 'done' && job.kind === 'export') {
      this.notices.add({ kind: 'done', title: t.notices.exportDone, action: { label: t.common.show, run: () => this.session.arrange({ view: 'deliver' }) } })
    }
  }

  /** Told once, when the last of several generations has ended. */
  #announceBatch(): void {
    const { jobs, batch } = this.jobs.state.getState()
    const done = batch.flatMap((id) => jobs[id] ?? []).filter((job) => job.kind === 'generate' && job.state === 'done')
    const first = done[0]?.shotId
    if (!first || done.length < 2) return
    this.notices.add({ kind: 'done', title: t.notices.shotsDone(done.length), action: { label: t.notices.play, run: () => this.#playFrom(first) } })
  }

  #playFrom(shotId: string): void {
    const document = this.document.state.getState().open?.document
    const span = document && deriveFrom(document).spanOf(shotId)
    if (!span) return
    this.playhead.seek(span.startFrame)
    this.session.state.setState({ isPlaying: true, playRate: 1 })
  }

  #nameOf(job: Job): string {
    const document = this.document.state.getState().open?.document
    const shot = job.shotId === null ? undefined : document?.shots[job.shotId]
    return document && shot ? shot.name || t.shot.numbered(deriveFrom(document).numberOf(shot.id)) : job.label
  }

  #remedyFor(job: Job): { readonly label: string; run(): void } | null {
    const { shotId } = job
    return shotId === null ? null : { label: t.common.retry, run: () => void this.generate([shotId]) }
  }
}

export const StudioContext = createContext<Studio | null>(null)

export function useStudio(): Studio {
  const studio = useContext(StudioContext)
  if (!studio) throw new Error('A component of the studio stands outside its provider.')
  return studio
}
