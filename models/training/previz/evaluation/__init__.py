"""Measures a finished pack on held-out prompts and seeds; `npm run eval:previz` runs it on clips that the studio's own engine made."""
