package mockserver_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// BenchmarkCommands delivers items to one queue, without HTTP, as fast as so many clients can: each sends the next one when the last
// one is kept.
func BenchmarkCommands(b *testing.B) {
	for _, keeping := range []string{"memory", "data"} {
		for _, clients := range []int{1, 8, 32} {
			b.Run(fmt.Sprintf("%s/clients=%d", keeping, clients), func(b *testing.B) {
				var options []mockserver.Option
				if keeping == "data" {
					options = append(options, mockserver.WithData(b.TempDir()))
				}
				benchmarkCommands(b, clients, options)
			})
		}
	}
}

func benchmarkCommands(b *testing.B, clients int, options []mockserver.Option) {
	b.Helper()
	mock, err := mockserver.New(options...)
	if err != nil {
		b.Fatal(err)
	}
	w, err := mock.Worlds().Create("w")
	if err == nil {
		_, err = w.Do(queue.CreateHook{Settings: queue.Settings{ID: 7, Limit: 1 << 30, Enabled: true}})
	}
	if err != nil {
		b.Fatal(err)
	}
	var left atomic.Int64
	left.Store(int64(b.N))
	var working sync.WaitGroup
	b.ResetTimer()
	for range clients {
		working.Go(func() {
			for left.Add(-1) >= 0 {
				if _, err := world.Do[*queue.Item](w, queue.Arrive{HookID: 7, Data: []byte("\x81\xa5order\x01")}); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	working.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commands/s")
	if err := mock.Close(); err != nil {
		b.Fatal(err)
	}
}
