/** Wires the stores together and holds the few steps that touch several of them: opening, generating, exporting. */
import { createContext, useContext } from 'react'
import { coverageFrames } from '#core/planning/coverage.ts'
import type { Job } from '#contracts/studio-api.ts'
import type { MethodInput, MethodName, MethodOutput } from '#contracts/contract.ts'
import type { Operation, StudioContract, ProjectSnapshot } from '#contracts/studio-api.ts'
import { t } from '../ui/strings/strings.ts'
import { FilmStrips } from '../media/film-strips.ts'
import { Waveforms } from '../media/waveforms.ts'
import { TakeFrames } from '../media/take-frames.ts'
import { deriveFrom } from './derive.ts'
import { DoctorStore } from './doctor-store.ts'
import { asStudioError, DocumentStore } from './document-store.ts'
import { isDraftAlive } from './draft-life.ts'
import { activeJobs, isSettled, JobsStore } from './jobs-store.ts'
import { LibraryStore } from './library-store.ts'
import type { StudioLink } from './link.ts'
import { NoticesStore } from './notices-store.ts'
import { jobsOf, OperationsStore, type OperationBatch, type OperationKind } from './operations-store.ts'
import { PackShopStore } from './pack-shop-store.ts'
import { PacksStore } from './packs-store.ts'
import { Playhead } from './playhead.ts'
import { SessionStore } from './session-store.ts'

const OPERATION_DONE: Readonly<Record<OperationKind, (name: string) => string>> = Object.freeze({
  retake: t.operations.retakeDone, extend: t.operations.extendDone, bridge: t.operations.bridgeDone, variations: t.operations.variationDone,
})

export class Studio {
  readonly link: StudioLink
  readonly document: DocumentStore
  readonly jobs: JobsStore
  readonly packs: PacksStore
  readonly packShop: PackShopStore
  readonly library: LibraryStore
  readonly doctor: DoctorStore
  readonly session: SessionStore
  readonly notices = new NoticesStore()
  readonly operations = new OperationsStore()
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
    this.packShop = new PackShopStore(link, {
      onInstalled: ({ kind, name, uncheckedFiles }) => kind !== 'import' && this.notices.add({ kind: 'done', title: t.packShop.progress.done(name), text: uncheckedFiles.length > 0 ? t.packShop.progress.doneUnchecked(uncheckedFiles.length) : null }),
      onFailed: ({ kind, name, error }) => {
        // On the screen itself the row says it, and the import dialog shows its own.
        if (kind === 'import' || this.session.state.getState().openScreen === 'packs') return
        this.notices.add({ kind: 'failed', title: t.packShop.progress.failedNotice(name), text: error?.message ?? null, action: { label: t.common.show, run: () => this.session.state.setState({ openScreen: 'packs' }) } })
      },
      onChanged: () => void this.packs.load(),
      onUnfinished: (installs) => this.notices.add({ kind: 'note', title: t.packShop.progress.unfinished(installs.map(({ name }) => name)), action: { label: t.common.show, run: () => this.session.state.setState({ openScreen: 'packs' }) } }),
    })
    this.library = new LibraryStore(link)
    this.doctor = new DoctorStore(link)
    const settle = (): void => this.#dropDeadDraft()
    this.session.state.subscribe(settle)
    this.document.state.subscribe(settle)
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
    this.operations.leaveProject()
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
    this.operations.leaveProject()
    this.document.close()
    void this.library.load()
  }

  /** Queues shots for generation; null means every stale one. False where nothing was queued. */
  async generate(shotIds: readonly string[] | null, newSeeds = false, variations = 1): Promise<boolean> {
    const projectId = this.projectId
    if (!projectId) return false
    const answer = await this.ask('job.generate', { projectId, shotIds: shotIds && [...shotIds], variations, newSeeds })
    const [shotId] = shotIds ?? []
    if (answer && answer.jobIds.length > 0 && shotId && variations > 1) this.operations.started({ kind: 'variations', shotId, jobIds: answer.jobIds, fromTakeId: this.#shownTakeOf(shotId), range: null, operation: null })
    const left = answer?.skipped.filter(({ reason }) => reason !== 'up-to-date') ?? []
    const first = left[0]
    // A model may have gone since the list of models was read: what the studio says now is what the buttons must show.
    const isPackMissing = left.some(({ reason }) => reason === 'pack-missing')
    if (isPackMissing) void this.packs.load()
    const action = isPackMissing ? { label: t.status.packScreen, run: () => this.session.state.setState({ openScreen: 'packs' }) } : null
    if (first && (shotIds || answer?.jobIds.length === 0)) this.notices.add({ kind: answer?.jobIds.length === 0 ? 'failed' : 'note', title: left.length === 1 ? first.message : t.notices.leftOut(left.length), text: left.length === 1 ? first.remedy : `${first.message} ${first.remedy}`, action })
    return (answer?.jobIds.length ?? 0) > 0
  }

  /** Makes takes of takes; false where the studio refused, which it has then said. */
  async operate(operation: Operation): Promise<boolean> {
    const projectId = this.projectId
    if (!projectId) return false
    const answer = await this.ask('job.operate', { projectId, operation })
    if (!answer) return false
    const fromTakeId = operation.kind === 'bridge' ? null : operation.takeId
    this.operations.started({ kind: operation.kind, shotId: answer.shotId, jobIds: answer.jobIds, fromTakeId, range: operation.kind === 'retake' ? operation.range : null, operation })
    return true
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

  #dropDeadDraft(): void {
    const { draft } = this.operations.state.getState()
    const open = this.document.state.getState().open
    if (draft && open && !isDraftAlive(draft, open.document, this.session.state.getState().focusedShotId)) this.operations.prepare(null)
  }

  #announce(job: Job): void {
    if (job.projectId !== this.projectId) return
    if (job.kind === 'generate' && job.state === 'done') void this.packs.load()
    if (job.state === 'failed' && job.error) {
      const title = job.kind === 'export' ? t.notices.exportFailed : t.notices.shotFailed(this.#nameOf(job))
      this.notices.add({ kind: 'failed', title, text: `${job.error.message} ${job.error.remedy}`, action: this.#remedyFor(job) })
    }
    const batch = this.operations.batchOf(job.jobId)
    if (batch) this.#announceOperation(batch)
    else if (job.kind === 'generate' && activeJobs(this.jobs.state.getState(), job.projectId).every(({ kind }) => kind !== 'generate')) this.#announceBatch()
    if (job.state === 'done' && job.kind === 'export') {
      this.notices.add({ kind: 'done', title: t.notices.exportDone, action: { label: t.common.show, run: () => this.session.arrange({ view: 'deliver' }) } })
    }
  }

  /** Told once, when the last of several generations has ended. */
  #announceBatch(): void {
    const { jobs, batch } = this.jobs.state.getState()
    const done = batch.flatMap((id) => jobs[id] ?? []).filter((job) => job.kind === 'generate' && job.state === 'done' && !this.operations.batchOf(job.jobId))
    const first = done[0]?.shotId
    if (!first || done.length < 2) return
    this.notices.add({ kind: 'done', title: t.notices.shotsDone(done.length), action: { label: t.notices.play, run: () => this.#playFrom(first) } })
  }

  /** Told once, when the last job of an operation has ended: several takes are laid out to choose from, one can be put back. */
  #announceOperation(batch: OperationBatch): void {
    const jobs = jobsOf(batch, this.jobs.state.getState().jobs)
    const done = jobs.filter(({ state }) => state === 'done')
    if (done.length === 0 || jobs.length < batch.jobIds.length || !jobs.every(isSettled)) return
    const { shotId, fromTakeId } = batch
    const title = done.length > 1 ? t.operations.several(done.length, this.#shotName(shotId)) : OPERATION_DONE[batch.kind](this.#shotName(shotId))
    if (done.length > 1) this.notices.add({ kind: 'done', title, action: { label: t.operations.choose, run: () => this.operations.choose(batch) } })
    else if (batch.kind === 'extend') this.notices.add({ kind: 'done', title, action: { label: t.operations.lengthen, run: () => this.#lengthen(shotId) } })
    else this.notices.add({ kind: 'done', title, action: fromTakeId === null ? null : { label: t.operations.backTo(this.#takeNumber(shotId, fromTakeId)), run: () => void this.document.dispatch('shot.selectTake', { shotId, takeId: fromTakeId }) } })
  }

  /** Lets a shot play as much of its take as there is, from the take's start. */
  #lengthen(shotId: string): void {
    void this.document.dispatchFrom((document) => {
      const shot = document.shots[shotId]
      const take = document.takes[shot?.selectedTakeId ?? '']
      return shot && take ? { type: 'shot.trim', payload: { shotId, trimStartFrames: 0, durationFrames: coverageFrames(take, document.project.frameRate) } } : null
    })
  }

  #shownTakeOf(shotId: string): string | null {
    return this.document.state.getState().open?.document.shots[shotId]?.selectedTakeId ?? null
  }

  #takeNumber(shotId: string, takeId: string): number {
    const document = this.document.state.getState().open?.document
    return document ? deriveFrom(document).takeNumber(shotId, takeId) : 0
  }

  #playFrom(shotId: string): void {
    const document = this.document.state.getState().open?.document
    const span = document && deriveFrom(document).spanOf(shotId)
    if (!span) return
    this.playhead.seek(span.startFrame)
    this.session.state.setState({ isPlaying: true, playRate: 1 })
  }

  #nameOf(job: Job): string {
    return (job.shotId === null ? '' : this.#shotName(job.shotId)) || job.label
  }

  /** Empty where the shot is gone. */
  #shotName(shotId: string): string {
    const document = this.document.state.getState().open?.document
    const shot = document?.shots[shotId]
    return document && shot ? shot.name || t.shot.numbered(deriveFrom(document).numberOf(shot.id)) : ''
  }

  #remedyFor(job: Job): { readonly label: string; run(): void } | null {
    const { shotId } = job
    const batch = this.operations.batchOf(job.jobId)
    const operation = batch?.operation
    // A bridge's shot is there by now: its take is made like any other's.
    if (operation && operation.kind !== 'bridge') return { label: t.common.retry, run: () => void this.operate({ ...operation, variations: 1 }) }
    return shotId === null ? null : { label: t.common.retry, run: () => void this.generate([shotId], batch?.kind === 'variations') }
  }
}

export const StudioContext = createContext<Studio | null>(null)

export function useStudio(): Studio {
  const studio = useContext(StudioContext)
  if (!studio) throw new Error('A component of the studio stands outside its provider.')
  return studio
}
