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

// BenchmarkStart opens a directory: one whose queue holds a million items, and one of ten thousand worlds.
func BenchmarkStart(b *testing.B) {
	for name, fill := range map[string]func(*testing.B, *mockserver.Server){"items=1000000": fillQueue, "worlds=10000": fillWorlds} {
		b.Run(name, func(b *testing.B) {
			dir := b.TempDir()
			mock := bigServer(b, dir)
			fill(b, mock)
			if err := mock.Close(); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				mock := bigServer(b, dir)
				b.StopTimer()
				if err := mock.Close(); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
		})
	}
}

func bigServer(b *testing.B, dir string) *mockserver.Server {
	b.Helper()
	mock, err := mockserver.New(mockserver.WithData(dir), mockserver.WithMaxWorlds(20_000))
	if err != nil {
		b.Fatal(err)
	}
	return mock
}

func fillQueue(b *testing.B, mock *mockserver.Server) {
	b.Helper()
	w, err := mock.Worlds().Create("w")
	if err == nil {
		_, err = w.Do(queue.CreateHook{Settings: queue.Settings{ID: 7, Limit: 1 << 30, Enabled: true}})
	}
	data := make([][]byte, 1000)
	for i := range data {
		data[i] = []byte("\x81\xa5order\x01")
	}
	for range 1000 {
		if err == nil {
			_, err = w.Do(queue.Deliver{HookID: 7, Data: data})
		}
	}
	if err != nil {
		b.Fatal(err)
	}
}

func fillWorlds(b *testing.B, mock *mockserver.Server) {
	b.Helper()
	var working sync.WaitGroup
	for part := range 10 {
		working.Go(func() {
			for i := range 1000 {
				w, err := mock.Worlds().Create(fmt.Sprintf("w-%d-%d", part, i))
				if err == nil {
					_, err = world.Do[*queue.Item](w, queue.Arrive{HookID: 654, Data: []byte("\x81\xa5order\x01")})
				}
				if err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	working.Wait()
}
