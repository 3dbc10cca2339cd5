package worldfile

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/filecheck"
	"github.com/understudy-mock/understudy/mockserver/sink"
)

func baseSinks(file map[string]control.Sink) ([]sink.Sink, error) {
	var sinks []sink.Sink
	for _, name := range slices.Sorted(maps.Keys(file)) {
		answers, err := SinkAnswers(file[name].Answers)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", name, err)
		}
		s := sink.Sink{Name: name, Answers: answers}
		for i, d := range file[name].Deliveries {
			body, err := plainBody(d)
			if err != nil {
				return nil, fmt.Errorf("%q: deliveries[%d].body: %w", name, i, err)
			}
			s.Deliveries = append(s.Deliveries, sink.Delivery{
				At: d.At, Method: d.Method, Path: d.Path, Header: headerOf(d.Headers), Body: body, Truncated: d.Truncated, Status: d.Status,
			})
		}
		sinks = append(sinks, s)
	}
	return sinks, nil
}

func plainBody(d control.SinkDelivery) ([]byte, error) {
	if d.Base64 {
		return base64.StdEncoding.DecodeString(d.Body)
	}
	return []byte(d.Body), nil
}

// SinkAnswers turns the answers of a file into those of a sink.
func SinkAnswers(file []control.SinkAnswer) ([]sink.Answer, error) {
	answers := make([]sink.Answer, len(file))
	for i, a := range file {
		delay, err := filecheck.Duration(a.Delay)
		if err != nil {
			return nil, fmt.Errorf("answers[%d].delay: %w", i, err)
		}
		answers[i] = sink.Answer{
			Status: a.Status, Header: headerOf(a.Headers), Body: []byte(a.Body), Delay: delay, Close: sink.Close(a.Close), Times: a.Times,
		}
	}
	return answers, nil
}

func headerOf(h control.Headers) map[string][]string { return h }

// FileSink turns a sink into that of a file.
func FileSink(s sink.Sink) control.Sink {
	file := control.Sink{Answers: []control.SinkAnswer{}, Deliveries: []control.SinkDelivery{}}
	for _, a := range s.Answers {
		file.Answers = append(file.Answers, fileAnswer(a))
	}
	for _, d := range s.Deliveries {
		file.Deliveries = append(file.Deliveries, fileDelivery(d))
	}
	return file
}

func fileAnswer(a sink.Answer) control.SinkAnswer {
	return control.SinkAnswer{
		Status: cmp.Or(a.Status, http.StatusOK), Headers: control.Headers(a.Header), Body: string(a.Body), Delay: filecheck.Written(a.Delay),
		Close: control.SinkClose(a.Close), Times: a.Times,
	}
}

func fileDelivery(d sink.Delivery) control.SinkDelivery {
	delivery := control.SinkDelivery{
		At: d.At, Method: d.Method, Path: d.Path, Headers: control.Headers(d.Header), Body: string(d.Body), Truncated: d.Truncated, Status: d.Status,
	}
	if !utf8.Valid(d.Body) {
		delivery.Body, delivery.Base64 = base64.StdEncoding.EncodeToString(d.Body), true
	}
	return delivery
}

func fileSinks(sinks []sink.Sink) map[string]control.Sink {
	if len(sinks) == 0 {
		return nil
	}
	file := make(map[string]control.Sink, len(sinks))
	for _, s := range sinks {
		file[s.Name] = FileSink(s)
	}
	return file
}

// writtenSinks is what fileSinks gives, an answer and a delivery at a time.
func writtenSinks(sinks []sink.Sink) filecheck.Object {
	sinks = slices.SortedFunc(slices.Values(sinks), func(a, b sink.Sink) int { return strings.Compare(a.Name, b.Name) })
	return func(yield func(string, any) bool) {
		for _, s := range sinks {
			if !yield(s.Name, writtenSink(s)) {
				return
			}
		}
	}
}

func writtenSink(s sink.Sink) filecheck.Object {
	return func(yield func(string, any) bool) {
		if len(s.Answers) > 0 && !yield("answers", each(s.Answers, fileAnswer)) {
			return
		}
		if len(s.Deliveries) > 0 {
			yield("deliveries", each(s.Deliveries, fileDelivery))
		}
	}
}

func each[T, F any](all []T, file func(T) F) filecheck.List {
	return func(yield func(any, error) bool) {
		for _, one := range all {
			if !yield(file(one), nil) {
				return
			}
		}
	}
}
