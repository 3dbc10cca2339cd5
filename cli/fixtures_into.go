package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"github.com/understudy-mock/understudy/fixtures/format"
	"github.com/understudy-mock/understudy/fixtures/series"
	"github.com/understudy-mock/understudy/generated/control"
)

// sendInto makes the records a world of a running mock and prints a token that opens it.
func (o *fixturesOptions) sendInto(cmd *cobra.Command, s series.Series, f format.Options) (uint64, error) {
	f.Format = format.World
	var file bytes.Buffer
	n, err := format.Write(cmd.Context(), &file, s, o.count, f)
	if err != nil {
		return n, err
	}
	world := strings.TrimSuffix(o.into, "/") + "/_understudy/v1/worlds/" + url.PathEscape(o.world)
	if _, err := o.call(cmd.Context(), http.MethodPut, world, &file); err != nil {
		return 0, err
	}
	answer, err := o.call(cmd.Context(), http.MethodPost, world+"/tokens", strings.NewReader(`{"scopes":["hooks:read","hooks:write"]}`))
	if err != nil {
		return n, err
	}
	var minted control.MintedToken
	if err := json.Unmarshal(answer, &minted); err != nil {
		return n, fmt.Errorf("%s: %w", o.into, err)
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "world %q has %d records of %s; this token opens it:\n", o.world, n, s.Kind)
	_, err = fmt.Fprintln(cmd.OutOrStdout(), minted.Token)
	return n, err
}

// call asks the control API; a refusal is an error with what the mock said.
func (o *fixturesOptions) call(ctx context.Context, method, address string, body io.Reader) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return nil, withCode(codeUsage, fmt.Errorf("--into %q: %w", o.into, err))
	}
	req.Header.Set("Content-Type", "application/json")
	if o.token != "" {
		req.Header.Set("Authorization", "Bearer "+o.token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, withCode(codeUnmeasured, fmt.Errorf("--into: no mock answers: %w", err))
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode/100 != 2 {
		return nil, fmt.Errorf("%s %s answers %s: %s", method, address, resp.Status, bytes.TrimSpace(answer))
	}
	return answer, nil
}
