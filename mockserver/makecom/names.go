package makecom

import (
	"regexp"

	"github.com/understudy-mock/understudy/mockserver/journal"
	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
)

// names are the ids that Make gives and that are shorter than 32 hex digits, and where a request names the world.
func names() journal.Names {
	return journal.Names{
		IDs: []journal.IDForm{
			{Answer: `"hookId":[0-9]+`, Request: regexp.MustCompile(`/hooks/|"hookId"\s*:\s*"?`)},
			{Answer: `/wh/[0-9A-Za-z_-]+`, Request: regexp.MustCompile(`/wh/`)},
		},
		// A hook's address names the hook; what follows a dot names the world.
		Worlds: []journal.WorldForm{
			{Operation: makeapi.OpIngest, Path: regexp.MustCompile(`^(/wh/[^./?]+)(?:\.[^/?]*)?`), With: "$1." + journal.Place},
		},
	}
}
