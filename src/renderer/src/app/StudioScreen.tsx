/** The studio's rooms: storyboard, edit and deliver, made of the same features in different arrangements. */
import { Group, Panel, Separator, type Layout } from 'react-resizable-panels'
import type { ReactNode } from 'react'
import { BuildButton } from '../features/build/BuildButton.tsx'
import { DeliverSettings } from '../features/export/DeliverSettings.tsx'
import { PresetList } from '../features/export/PresetList.tsx'
import { Inspector } from '../features/inspector/Inspector.tsx'
import { ChooseDialog } from '../features/operations/ChooseDialog.tsx'
import { OperationPanel } from '../features/operations/OperationPanel.tsx'
import { StatusBar } from '../features/status/StatusBar.tsx'
import { Storyboard } from '../features/storyboard/Storyboard.tsx'
import { TakesPanel } from '../features/takes/TakesPanel.tsx'
import { Timeline } from '../features/timeline/Timeline.tsx'
import { Viewer } from '../features/viewer/Viewer.tsx'
import { useSession } from '../stores/hooks.ts'
import type { StudioView } from '../stores/session-store.ts'
import { useStudio } from '../stores/studio.ts'
import { t } from '../ui/strings/strings.ts'
import { Fallback } from './Fallback.tsx'
import { TopBar } from './TopBar.tsx'

export function StudioScreen() {
  const view = useSession((state) => state.view)
  const Room = ROOMS[view]
  return (
    <div className="studio">
      <TopBar build={<BuildButton />} />
      <main className="studio-room">
        <Room key={view} />
      </main>
      <StatusBar />
      <ChooseDialog />
    </div>
  )
}

const ROOMS: Readonly<Record<StudioView, () => ReactNode>> = Object.freeze({ storyboard: StoryboardRoom, edit: EditRoom, deliver: DeliverRoom })

function takesOf(shotId: string): ReactNode {
  return <TakesPanel key={shotId} shotId={shotId} />
}

function StoryboardRoom() {
  return (
    <Split id="storyboard" orientation="horizontal">
      <Part id="cards" size="68%" minSize="320px"><Storyboard arrangement="grid" /></Part>
      <Divider />
      <Part id="side" size="32%" minSize="280px">
        <Split id="storyboard-side" orientation="vertical">
          <Part id="viewer" size="48%" minSize="180px"><Viewer /></Part>
          <Divider />
          <Part id="inspector" size="52%" minSize="160px"><Inspector operation={<OperationPanel />} takesOf={takesOf} /></Part>
        </Split>
      </Part>
    </Split>
  )
}

function EditRoom() {
  return (
    <Split id="edit" orientation="horizontal">
      <Part id="shots" size="21%" minSize="208px"><Storyboard arrangement="list" /></Part>
      <Divider />
      <Part id="centre" size="56%" minSize="380px">
        <Split id="edit-centre" orientation="vertical">
          <Part id="viewer" size="68%" minSize="200px"><Viewer /></Part>
          <Divider />
          <Part id="timeline" size="32%" minSize="176px"><Timeline /></Part>
        </Split>
      </Part>
      <Divider />
      <Part id="inspector" size="23%" minSize="256px"><Inspector operation={<OperationPanel />} takesOf={takesOf} /></Part>
    </Split>
  )
}

function DeliverRoom() {
  return (
    <Split id="deliver" orientation="horizontal">
      <Part id="presets" size="24%" minSize="232px"><PresetList /></Part>
      <Divider />
      <Part id="viewer" size="48%" minSize="320px"><Viewer /></Part>
      <Divider />
      <Part id="settings" size="28%" minSize="280px"><DeliverSettings /></Part>
    </Split>
  )
}

function Split({ id, orientation, children }: { readonly id: string; readonly orientation: 'horizontal' | 'vertical'; readonly children: ReactNode }) {
  const studio = useStudio()
  const remembered = studio.session.state.getState().panels[id]
  return (
    <Group id={id} orientation={orientation} className="split" {...(remembered ? { defaultLayout: remembered as Layout } : {})}
      onLayoutChanged={(layout, { isUserInteraction }) => isUserInteraction && studio.session.rememberPanels(id, layout)}>
      {children}
    </Group>
  )
}

function Part({ id, size, minSize, children }: { readonly id: string; readonly size: string; readonly minSize: string; readonly children: ReactNode }) {
  return <Panel id={id} defaultSize={size} minSize={minSize} className="part"><Fallback>{children}</Fallback></Panel>
}

function Divider() {
  return <Separator className="divider" aria-label={t.views.resize} />
}
