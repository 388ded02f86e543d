/** What the doctor found beside devices: graphics cards, memory and disk, packs, the library. */
import type { DoctorReport } from '#contracts/studio-api.ts'
import { t } from '../../ui/strings/strings.ts'
import { Finding, Room, Section } from './Finding.tsx'

export function CardsSection({ cards }: { readonly cards: DoctorReport['cards'] }) {
  return (
    <Section title={t.doctor.cards.heading}>
      {cards.length === 0 && <p className="doctor-note">{t.doctor.cards.none}</p>}
      {cards.map(({ name, driver, memoryBytes, freeBytes }, index) => (
        <div key={index} className="doctor-card">
          <p className="finding-head"><span className="finding-name">{name}</span><span className="finding-hint">{t.doctor.cards.driver(driver)}</span></p>
          {memoryBytes !== null && freeBytes !== null
            ? <Room label={t.doctor.room.graphics} words={t.doctor.room.free(freeBytes, memoryBytes)} takenFraction={1 - freeBytes / memoryBytes} />
            : <p className="doctor-note">{t.doctor.cards.unknown}</p>}
        </div>
      ))}
    </Section>
  )
}

export function RoomSection({ report: { memory, disk } }: { readonly report: DoctorReport }) {
  return (
    <Section title={t.doctor.room.heading}>
      <RoomOf label={t.doctor.room.memory} room={memory} />
      <RoomOf label={t.doctor.room.disk} room={disk} />
      {disk !== null && <p className="doctor-path">{disk.folder}</p>}
    </Section>
  )
}

function RoomOf({ label, room }: { readonly label: string; readonly room: { readonly freeBytes: number; readonly totalBytes: number } | null }) {
  if (room === null) return <Room label={label} words={t.doctor.room.unknown} takenFraction={null} />
  return <Room label={label} words={t.doctor.room.free(room.freeBytes, room.totalBytes)} takenFraction={1 - room.freeBytes / room.totalBytes} />
}

export function PacksSection({ packs }: { readonly packs: DoctorReport['packs'] }) {
  return (
    <Section title={t.doctor.packs.heading}>
      {packs.length === 0 && <p className="doctor-note">{t.doctor.packs.none}</p>}
      <ul className="findings">
        {packs.map(({ packId, name, state, message, bytes, memoryBytes }) => (
          <Finding key={packId} state={state === 'ready' ? 'good' : 'bad'} name={name} hint={t.doctor.packs.size(bytes)}
            word={state === 'ready' ? t.doctor.packs.ready : state === 'missing' ? t.doctor.packs.missing : t.doctor.packs.broken}>
            {message !== null && <p className="finding-text">{message}</p>}
            {memoryBytes !== null && state === 'ready' && <p className="finding-text">{t.doctor.packs.needs(memoryBytes.least, memoryBytes.most)}</p>}
          </Finding>
        ))}
      </ul>
    </Section>
  )
}

export function LibrarySection({ library: { file, integrity } }: { readonly library: DoctorReport['library'] }) {
  const isWhole = integrity === 'ok'
  return (
    <Section title={t.doctor.library.heading}>
      <ul className="findings">
        <Finding state={isWhole ? 'good' : 'bad'} name={t.doctor.library.heading} word={isWhole ? t.doctor.library.whole : t.doctor.library.damaged}>
          {!isWhole && <p className="finding-text">{integrity}</p>}
          <p className="doctor-path">{file}</p>
        </Finding>
      </ul>
    </Section>
  )
}
