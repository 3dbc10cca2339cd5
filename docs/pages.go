// Package docs holds the documentation: one page per question that a user has.
package docs

import "embed"

// Pages are the pages as Markdown files.
//
//go:embed *.md
var Pages embed.FS
