// Package docs holds the documentation: one page per question that a user has.
package docs

import "embed"

// Pages are the pages as Markdown files, without those that say what was measured of this project: they are long, and in every download.
//
//go:embed README.md a*.md ci.md con*.md d*.md fau*.md fi*.md g*.md j*.md ku*.md l*.md m*.md pa*.md py*.md r*.md t*.md v*.md w*.md
var Pages embed.FS
