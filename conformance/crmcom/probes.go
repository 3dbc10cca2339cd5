package crmcom

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/internal/lazyregexp"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// either is yes when ok, otherwise no.
func either(ok bool, yes, no string) string {
	if ok {
		return yes
	}
	return no
}

// agreed is the one answer that was given each time; where they differ it says how.
func agreed(answers []string) string {
	different := slices.Compact(slices.Sorted(slices.Values(answers)))
	return strings.Join(different, " as well as ")
}

// askRefusals gives one answer for all refusals.
func askRefusals(ctx context.Context, v *vendor, read func(*reply) string) (string, error) {
	all, err := v.refusals(ctx)
	if err != nil {
		return "", err
	}
	var answers []string
	for _, r := range all {
		if err := r.wantRefused(); err != nil {
			return "", err
		}
		answers = append(answers, read(r))
	}
	return agreed(answers), nil
}

func askErrorHTTPStatus(ctx context.Context, v *vendor) (string, error) {
	return askRefusals(ctx, v, func(r *reply) string {
		switch {
		case r.Status == http.StatusOK:
			return crmcom.Answer200
		case r.Refused():
			return crmcom.Answer4xx
		default:
			return http.StatusText(r.Status)
		}
	})
}

var (
	exceptionClass = lazyregexp.New(`^[A-Z0-9_$]+(\.[A-Z0-9_$]+)+$|EXCEPTION$`)
	shortCode      = lazyregexp.New(`^[A-Za-z0-9_]+$`)
)

func askErrorCodeStyle(ctx context.Context, v *vendor) (string, error) {
	return askRefusals(ctx, v, func(r *reply) string {
		switch {
		case exceptionClass().MatchString(r.code):
			return crmcom.AnswerExceptionClass
		case shortCode().MatchString(r.code):
			return crmcom.AnswerShortCode
		default:
			return r.statusText()
		}
	})
}

func askErrorData(ctx context.Context, v *vendor) (string, error) {
	return askRefusals(ctx, v, func(r *reply) string {
		var data any
		_ = json.Unmarshal(r.data, &data) // absent data is nil
		object, isObject := data.(map[string]any)
		switch {
		case r.data == nil:
			return crmcom.AnswerAbsent
		case data == nil:
			return crmcom.AnswerNull
		case isObject && len(object) == 0:
			return crmcom.AnswerEmptyObject
		default:
			return string(r.data)
		}
	})
}

var hexID = lazyregexp.New(`^[0-9a-fA-F]{32}$`)

func askRequestForm(ctx context.Context, v *vendor) (string, error) {
	b, err := v.newFixture(ctx, accept(), nil)
	if err != nil {
		return "", err
	}
	logged, err := b.outcome(ctx)
	if err != nil {
		return "", err
	}
	return agreed([]string{formOf(logged.record["request"]), formOf(logged.record["response"])}), nil
}

func formOf(value any) string {
	switch form := value.(type) {
	case map[string]any:
		return crmcom.AnswerObject
	case string:
		return either(hexID().MatchString(form), crmcom.AnswerIDString, "a string")
	case nil:
		return "none"
	default:
		return "something else"
	}
}

func askNullMembers(ctx context.Context, v *vendor) (string, error) {
	m, err := v.successful(ctx, nil)
	if err != nil {
		return "", err
	}
	shown, err := m.shown(ctx)
	if err != nil {
		return "", err
	}
	var answers []string
	for _, field := range []string{"error_code", "error_description"} {
		value, there := shown[field]
		switch {
		case !there:
			answers = append(answers, crmcom.AnswerAbsent)
		case value == nil:
			answers = append(answers, crmcom.AnswerNull)
		default:
			answers = append(answers, "an empty text")
		}
	}
	return agreed(answers), nil
}

func askFieldsSetUnknown(ctx context.Context, v *vendor) (string, error) {
	r, err := v.projected(ctx, "number,colour")
	if err != nil {
		return "", err
	}
	if r.refused() {
		return crmcom.AnswerError, nil
	}
	data, err := r.record()
	return either(data.says("number"), crmcom.AnswerIgnored, "an answer without the other field"), err
}

func askFieldsSetID(ctx context.Context, v *vendor) (string, error) {
	r, err := v.projected(ctx, "number")
	if err != nil {
		return "", err
	}
	data, err := r.record()
	return either(data.says("id"), crmcom.AnswerYes, crmcom.AnswerNo), err
}

// projected shows some fields of a webhook request.
func (v *vendor) projected(ctx context.Context, fields string) (*reply, error) {
	there, err := v.there(ctx)
	if err != nil {
		return nil, err
	}
	whole := naming(there.byID().String())
	if err := v.needAccepted(v.show(ctx, whole)); err != nil {
		return nil, err
	}
	return v.show(ctx, with(whole, "fields_set", fields))
}

func askTrailingSlash(ctx context.Context, v *vendor) (string, error) {
	if err := v.needAccepted(v.list(ctx, anyOne())); err != nil {
		return "", err
	}
	query := with(anyOne(), paramToken, v.token)
	r, err := v.call(ctx, &suite.Request{Method: http.MethodGet, Path: pathList + "/", Query: query})
	if err != nil {
		return "", err
	}
	return either(r.ok(), crmcom.AnswerYes, either(r.refused(), crmcom.AnswerNo, r.statusText())), nil
}
