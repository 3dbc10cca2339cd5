package makecom

import (
	"bytes"
	"compress/gzip"
	"context"
	"net/http"

	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// unusual is a delivery in an unusual form, and what it becomes where the target takes it.
type unusual struct {
	delivery
	data  string // JSON
	taken string // the answer that this is
}

func askUnusual(u unusual) func(context.Context, *vendor) (string, error) {
	return func(ctx context.Context, v *vendor) (string, error) { return v.askUnusual(ctx, u) }
}

// askUnusual delivers and tells whether that is refused or becomes the data.
func (v *vendor) askUnusual(ctx context.Context, u unusual) (string, error) {
	h, err := v.hook(ctx, map[string]any{})
	if err != nil {
		return "", err
	}
	if err := h.needTaken(ctx); err != nil {
		return "", err
	}
	e, err := h.send(ctx, u.delivery)
	if err != nil {
		return "", err
	}
	if e.Status == http.StatusUnsupportedMediaType {
		return makecom.AnswerError415, nil
	}
	return refusedOr(e, func() (string, error) { return h.became(ctx, e, value(u.data), u.taken) })
}

// became tells whether a delivery that was taken is stored as this data.
func (h *hook) became(ctx context.Context, e *suite.Exchange, data any, taken string) (string, error) {
	id, err := h.newcomer(ctx, e)
	if err != nil {
		return "", breaking(makecom.ListArrived, err)
	}
	shown, err := h.open(ctx, id)
	if err != nil {
		return "", err
	}
	differs := shown.Want("data", plain(data), plain(shown.Incoming["data"]))
	return either(differs == nil, taken, "stored as "+body(shown.Incoming["data"])), nil
}

// breaking is err, where its violations are of a requirement whatever the answer to the question is.
func breaking(r *contract.Requirement, err error) error {
	for _, v := range suite.Violations(err) {
		v.Requirement = r
	}
	return err
}

// The bytes are those of each form; that a target takes them is no requirement.
var (
	withMark        = unusual{post("application/json", "\xef\xbb\xbf"+`{"name":"marked"}`), `{"name":"marked"}`, makecom.AnswerIgnored}
	inLatin1        = unusual{post("text/plain; charset=iso-8859-1", "caf\xe9"), `{"value":"café"}`, makecom.AnswerDecoded}
	invalidText     = unusual{post("text/plain; charset=utf-8", "caf\xe9"), "{\"value\":\"caf\ufffd\"}", makecom.AnswerReplaced}
	duplicateMember = unusual{post("application/json", `{"name":"first","name":"last"}`), `{"name":"last"}`, makecom.AnswerLastWins}
	brokenEscape    = unusual{post("application/x-www-form-urlencoded", "name=100%"), `{"name":"100%"}`, makecom.AnswerAsSent}
)

func askContentEncoding(ctx context.Context, v *vendor) (string, error) {
	d := packedText(`{"name":"packed"}`)
	d.media = "application/json"
	return v.askUnusual(ctx, unusual{d, `{"name":"packed"}`, makecom.AnswerDecoded})
}

// packedText is a text that is compressed on its way.
func packedText(text string) delivery {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write([]byte(text)) // neither fails on a buffer
	_ = w.Close()
	d := post("text/plain", packed.String())
	d.encoding = "gzip"
	return d
}
