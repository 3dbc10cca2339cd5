//go:build !unix

package cli

// launcherGone is nil: node ends what it started when it is ended on Windows.
func launcherGone() <-chan struct{} { return nil }
