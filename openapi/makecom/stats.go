package makecom

import "github.com/understudy-mock/understudy/openapi/contract"

// GET /hooks/{hookId}/incomings/stats: how full the queue is.
var (
	// StatsShape is the schema of the answer.
	StatsShape = &contract.Requirement{
		ID:        "makecom/stats/shape",
		Operation: OpStats,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "The answer MUST be 200 with an object `incomingStat` of `queue` (integer), `limit` (integer) and `enabled` (boolean).",
		Source:    getStats + ", response schema",
	}
	// StatsQueue is the number that monitoring looks at.
	StatsQueue = &contract.Requirement{
		ID:        "makecom/stats/queue",
		Operation: OpStats,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "`queue` MUST be the number of items in the queue: it follows arrivals and deletions one for one.",
		Source:    getStats,
		Relaxed:   []*contract.Question{StatsCountsProcessing},
	}
	// StatsLimit is the bound that ingestion enforces.
	StatsLimit = &contract.Requirement{
		ID:        "makecom/stats/limit",
		Operation: OpStats,
		Level:     contract.Must,
		Basis:     contract.Documented,
		Text:      "`limit` MUST be the queue limit, and `queue` MUST never exceed it.",
		Source:    getStats,
	}
	// StatsEnabled tells a quiet hook from a disabled one.
	StatsEnabled = &contract.Requirement{
		ID:        "makecom/stats/enabled",
		Operation: OpStats,
		Level:     contract.Should,
		Basis:     contract.Sibling,
		Text:      "`enabled` SHOULD be false exactly when the hook is disabled and accepts no data.",
		Source:    siblings,
		Relaxed:   []*contract.Question{IngestDisabled},
	}
)
