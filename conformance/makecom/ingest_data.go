package makecom

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

func ingestParsing(ctx context.Context, v *vendor) error {
	h, err := v.hook(ctx, map[string]any{})
	if err != nil {
		return err
	}
	query := url.Values{"name": {"query"}, "tag": {"a", "b", "c"}, "sum": {"1 + 1"}, "empty": {""}}
	form, members := url.Values{"name": {"form"}, "tag": {"a", "b", "c"}, "sum": {"1 + 1"}, "empty": {""}, "digits": {"007"}}, map[string]any{}
	for i := range 300 {
		form.Set(fmt.Sprintf("member-%d", i), fmt.Sprintf("m%d", i))
	}
	for name, values := range form {
		if members[name] = values[0]; len(values) > 1 {
			members[name] = values
		}
	}
	const text, media = " just\n text: příliš žluťoučký\r\n", "text/plain; charset=utf-8; format=flowed; delsp=yes"
	withQuery := delivery{media: "Application/JSON", body: `{"name":"body","n":1,"deep":{"x":[true,null]}}`, query: query}
	return errors.Join(
		h.wantParsed(ctx, withQuery, `{"name":"query","n":1,"deep":{"x":[true,null]},"tag":["a","b","c"],"sum":"1 + 1","empty":""}`),
		h.wantParsed(ctx, post("application/x-www-form-urlencoded", form.Encode()), body(members)),
		h.wantParsed(ctx, post(media, text), body(map[string]string{"value": text})),
		h.wantParsed(ctx, post("application/octet-stream", exampleBytes), `{"value":"`+exampleShown+`"}`),
	)
}

// wantParsed delivers and compares the item's data.
func (h *hook) wantParsed(ctx context.Context, d delivery, data string) error {
	id, err := h.deliver(ctx, d)
	if err != nil {
		return err
	}
	shown, err := h.open(ctx, id)
	if err != nil {
		return err
	}
	return shown.Want("data of "+d.media, value(data), plain(shown.Incoming["data"]))
}

func ingestMeta(ctx context.Context, v *vendor) error {
	h, err := v.hook(ctx, map[string]any{"method": true, "headers": true})
	if err != nil {
		return err
	}
	if h.lent {
		return &suite.Unavailable{State: "a hook that keeps method and headers", Reason: "the hook was lent with settings of its own", Remedy: "provide the state \"a hook\" with method and headers"}
	}
	id, method, err := h.deliverByPUT(ctx, post("application/json", `{"name":"test"}`))
	if err != nil {
		return err
	}
	shown, err := h.open(ctx, id)
	if err != nil {
		return err
	}
	data, err := shown.data()
	if err != nil {
		return err
	}
	return errors.Join(
		shown.Want("name", "test", data["name"]),
		shown.Want(makecom.MemberMethod, method, data[makecom.MemberMethod]),
		shown.WantThat(hasHeader(data[makecom.MemberHeaders], "content-type"), "a list of {name, value} with content-type in "+makecom.MemberHeaders, body(data)),
	)
}

// deliverByPUT delivers by PUT, or by POST where the target refuses that.
func (h *hook) deliverByPUT(ctx context.Context, d delivery) (id, method string, err error) {
	d.method = http.MethodPut
	e, err := h.send(ctx, d)
	if err != nil {
		return "", "", err
	}
	if e.Status == http.StatusOK {
		id, err = h.newcomer(ctx, e)
		return id, http.MethodPut, err
	}
	d.method = ""
	id, err = h.deliver(ctx, d)
	return id, http.MethodPost, err
}

// hasHeader looks for a header in a list of {name, value}.
func hasHeader(list any, name string) bool {
	headers, _ := list.([]any) // nil has none
	return slices.ContainsFunc(headers, func(h any) bool {
		header, _ := h.(map[string]any)
		got, _ := header["name"].(string)
		_, valued := header["value"].(string)
		return strings.EqualFold(got, name) && valued
	})
}
