package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync/atomic"
	"time"
)

// loadCommand is the first argument of a process that puts servers under load.
const loadCommand = "load"

// job is a burst of load.
type job struct {
	Addr     string        `json:"addr"`
	Clients  int           `json:"clients"`
	Burst    time.Duration `json:"burst"`
	Requests [][]byte      `json:"requests"`
	Once     bool          `json:"once"` // each is sent once; otherwise a client sends the same one again and again, its own where there are several
}

// result is what came of a job.
type result struct {
	Answers int           `json:"answers"`
	Rate    float64       `json:"rate"` // answers per second
	P50     time.Duration `json:"p50"`
	P99     time.Duration `json:"p99"`
	Error   string        `json:"error,omitempty"`
}

// serveLoad carries jobs out, one per line of its input.
func serveLoad(ctx context.Context, in io.Reader, out io.Writer) error {
	jobs, results := json.NewDecoder(bufio.NewReaderSize(in, 1<<20)), json.NewEncoder(out)
	for {
		var j job
		if err := jobs.Decode(&j); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if err := results.Encode(j.do(ctx)); err != nil {
			return err
		}
	}
}

func (j job) do(ctx context.Context) result {
	b, err := load(ctx, j.Addr, j.Clients, j.Burst, j.source())
	if err != nil {
		return result{Error: err.Error()}
	}
	return result{Answers: len(b.took), Rate: b.rate, P50: b.percentile(0.5), P99: b.percentile(0.99)}
}

// source gives each client its next request.
func (j job) source() source {
	if !j.Once {
		return func(client int) []byte { return j.Requests[client%len(j.Requests)] }
	}
	var given atomic.Int64
	return func(int) []byte {
		n := int(given.Add(1)) - 1
		if n >= len(j.Requests) {
			return nil
		}
		return j.Requests[n]
	}
}

// loader is a process of its own that puts servers under load, so that what the load costs is nobody else's.
type loader struct {
	cmd     *exec.Cmd
	jobs    *json.Encoder
	results *json.Decoder
	end     io.Closer
}

// startLoader starts one on a processor, or on any where it is below 0.
func startLoader(ctx context.Context, processor int) (*loader, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	name, args := pinned(self, processor, self, loadCommand)
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	return &loader{cmd: cmd, jobs: json.NewEncoder(in), results: json.NewDecoder(out), end: in}, cmd.Start()
}

func (l *loader) do(j job) (r result, err error) {
	if err := l.jobs.Encode(j); err != nil {
		return r, err
	}
	if err := l.results.Decode(&r); err != nil {
		return r, err
	}
	if r.Error != "" {
		return r, fmt.Errorf("load: %s", r.Error)
	}
	return r, nil
}

func (l *loader) stop() {
	_ = l.end.Close() // it ends when its input does
	_ = l.cmd.Wait()
}
