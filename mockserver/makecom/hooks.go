package makecom

import (
	"context"
	"strconv"

	makegen "github.com/understudy-mock/understudy/generated/makecom"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/mockserver/makecom/address"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/world"
	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
)

// ListHooks answers the hooks of a team.
func (server) ListHooks(ctx context.Context, req makegen.ListHooksRequestObject) (makegen.ListHooksResponseObject, error) {
	x := exchange.From(ctx)
	hooks := []makegen.Hook{}
	err := world.View(x.World, queue.PartName, nil, func(s *queue.State) error {
		for _, status := range s.Hooks() {
			if status.TeamID == req.Params.TeamID && !status.Foreign {
				hooks = append(hooks, shown(x, status))
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	sortBy, sortDir, limit, offset := "id", makeapi.DefaultPageSortDir, makeapi.DefaultPageLimit, 0
	return makegen.ListHooks200JSONResponse{
		Hooks: hooks,
		Pg:    &makegen.Paging{SortBy: &sortBy, SortDir: &sortDir, Limit: &limit, Offset: &offset},
	}, nil
}

// GetHook answers one hook.
func (server) GetHook(ctx context.Context, req makegen.GetHookRequestObject) (makegen.GetHookResponseObject, error) {
	var answer makegen.Hook
	err := hook(ctx, req.HookID, func(_ *queue.State, status queue.Status) error {
		answer = shown(exchange.From(ctx), status)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return makegen.GetHook200JSONResponse{Hook: &answer}, nil
}

// EnableHook lets a hook accept data.
func (server) EnableHook(ctx context.Context, req makegen.EnableHookRequestObject) (makegen.EnableHookResponseObject, error) {
	if err := enable(ctx, req.HookID, true); err != nil {
		return nil, err
	}
	return makegen.EnableHook200JSONResponse{Success: true}, nil
}

// DisableHook lets a hook refuse data.
func (server) DisableHook(ctx context.Context, req makegen.DisableHookRequestObject) (makegen.DisableHookResponseObject, error) {
	if err := enable(ctx, req.HookID, false); err != nil {
		return nil, err
	}
	return makegen.DisableHook200JSONResponse{Success: true}, nil
}

func enable(ctx context.Context, id int, enabled bool) error {
	x := exchange.From(ctx)
	x.Cite(makeapi.StatsEnabled)
	_, err := own(x, id, func(status queue.Status) (world.Command, error) {
		if status.Enabled != enabled {
			x.Changed = journal.Transition{Thing: "hook", ID: strconv.Itoa(id), From: ability(status.Enabled), To: ability(enabled)}
		}
		return queue.Configure{HookID: id, Enabled: &enabled}, nil
	})
	return err
}

func ability(enabled bool) string {
	if enabled {
		return "enabled"
	}
	return "disabled"
}

func shown(x *exchange.Exchange, status queue.Status) makegen.Hook {
	last := address.Of(x.World.Name, status.UDID)
	return makegen.Hook{
		ID:         status.ID,
		Name:       status.Name,
		TeamID:     status.TeamID,
		Udid:       last,
		Type:       "web",
		TypeName:   "gateway-webhook",
		QueueCount: status.Queued,
		QueueLimit: status.Limit,
		Enabled:    status.Enabled,
		Gone:       status.Gone,
		URL:        x.BaseURL + makeapi.IngestPath + "/" + last,
	}
}
