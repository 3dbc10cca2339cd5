package worldfile

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"slices"
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
		file.Answers = append(file.Answers, control.SinkAnswer{
			Status: cmp.Or(a.Status, http.StatusOK), Headers: control.Headers(a.Header), Body: string(a.Body), Delay: filecheck.Written(a.Delay),
			Close: control.SinkClose(a.Close), Times: a.Times,
		})
	}
	for _, d := range s.Deliveries {
		delivery := control.SinkDelivery{
			At: d.At, Method: d.Method, Path: d.Path, Headers: control.Headers(d.Header), Body: string(d.Body), Truncated: d.Truncated, Status: d.Status,
		}
		if !utf8.Valid(d.Body) {
			delivery.Body, delivery.Base64 = base64.StdEncoding.EncodeToString(d.Body), true
		}
		file.Deliveries = append(file.Deliveries, delivery)
	}
	return file
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
