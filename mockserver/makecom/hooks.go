package makecom

import (
	"context"
	"strconv"

	api "github.com/understudy-mock/understudy/generated/makecom"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/mockserver/makecom/address"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/world"
	contract "github.com/understudy-mock/understudy/openapi/makecom"
)

// ListHooks answers the hooks of a team.
func (server) ListHooks(ctx context.Context, req api.ListHooksRequestObject) (api.ListHooksResponseObject, error) {
	x := exchange.From(ctx)
	hooks := []api.Hook{}
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
	sortBy, sortDir, limit, offset := "id", contract.DefaultPageSortDir, contract.DefaultPageLimit, 0
	return api.ListHooks200JSONResponse{
		Hooks: hooks,
		Pg:    &api.Paging{SortBy: &sortBy, SortDir: &sortDir, Limit: &limit, Offset: &offset},
	}, nil
}

// GetHook answers one hook.
func (server) GetHook(ctx context.Context, req api.GetHookRequestObject) (api.GetHookResponseObject, error) {
	var answer api.Hook
	err := hook(ctx, req.HookID, func(_ *queue.State, status queue.Status) error {
		answer = shown(exchange.From(ctx), status)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return api.GetHook200JSONResponse{Hook: &answer}, nil
}

// EnableHook lets a hook accept data.
func (server) EnableHook(ctx context.Context, req api.EnableHookRequestObject) (api.EnableHookResponseObject, error) {
	if err := enable(ctx, req.HookID, true); err != nil {
		return nil, err
	}
	return api.EnableHook200JSONResponse{Success: true}, nil
}

// DisableHook lets a hook refuse data.
func (server) DisableHook(ctx context.Context, req api.DisableHookRequestObject) (api.DisableHookResponseObject, error) {
	if err := enable(ctx, req.HookID, false); err != nil {
		return nil, err
	}
	return api.DisableHook200JSONResponse{Success: true}, nil
}

func enable(ctx context.Context, id int, enabled bool) error {
	x := exchange.From(ctx)
	x.Cite(contract.StatsEnabled)
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

func shown(x *exchange.Exchange, status queue.Status) api.Hook {
	last := address.Of(x.World.Name, status.UDID)
	return api.Hook{
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
		URL:        x.BaseURL + contract.IngestPath + "/" + last,
	}
}
