package cli

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"github.com/understudy-mock/understudy/mockserver"
)

// newLogger writes text on a terminal and JSON elsewhere, unless it is told which.
func newLogger(to io.Writer, format, level string) (*slog.Logger, error) {
	var at slog.Level
	if err := at.UnmarshalText([]byte(level)); err != nil {
		return nil, fmt.Errorf("--log-level %q: take debug, info, warn or error", level)
	}
	options := &slog.HandlerOptions{Level: at}
	switch {
	case format == "text", format == "auto" && isTerminal(to):
		return slog.New(slog.NewTextHandler(to, options)), nil
	case format == "json", format == "auto":
		return slog.New(slog.NewJSONHandler(to, options)), nil
	}
	return nil, fmt.Errorf("--log-format %q: take auto, text or json", format)
}

// observer counts every exchange, and logs it where the level asks for that much.
func observer(log *slog.Logger, m *metrics) func(mockserver.Observation) {
	every := log.Enabled(context.Background(), slog.LevelDebug)
	return func(o mockserver.Observation) {
		m.count(o)
		if every {
			log.Debug("exchange", "api", o.API, "operation", o.Operation, "world", o.World, "status", o.Status,
				"took", o.Took, "fault", o.Fault, "mutant", o.Mutant)
		}
	}
}
