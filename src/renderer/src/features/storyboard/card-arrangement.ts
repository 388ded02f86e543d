/** How the storyboard lays out its cards: one column beside the viewer, or a grid with the room to itself. */
export type CardArrangement = 'list' | 'grid'
