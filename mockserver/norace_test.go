//go:build !race

package mockserver_test

// raceDetector says that the race detector is on. It drops from pools at random, so that allocations say nothing.
const raceDetector = false
