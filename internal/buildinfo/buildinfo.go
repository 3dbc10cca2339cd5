// Package buildinfo says which build of this module is running: version, commit and date.
//
// A release stamps them with -ldflags -X. A build without stamps, such as that of go install, takes what the Go toolchain
// recorded. Nothing here depends on when or where a build ran, so that two builds of one commit are the same bytes.
package buildinfo

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
)

// Stamped by the build: packaging/version names them.
//
//nolint:gochecknoglobals // the linker sets nothing but variables
var (
	version string // such as 0.1.0, or what git describe says between releases
	commit  string // the whole hash, with -dirty behind it when the checkout was changed
	date    string // of the commit, RFC 3339 in UTC
)

// Info is what is known of a build. A member that is not known is empty, the version "unknown".
type Info struct {
	Version  string `json:"version"`
	Commit   string `json:"commit,omitempty"`
	Date     string `json:"date,omitempty"` // of the commit, RFC 3339
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

// Read returns what is known of the running program.
func Read() Info {
	recorded, _ := debug.ReadBuildInfo()
	return describe(recorded, Info{Version: version, Commit: commit, Date: date})
}

// describe fills in what was not stamped from what the toolchain recorded. recorded may be nil.
func describe(recorded *debug.BuildInfo, stamped Info) Info {
	info := stamped
	info.Go, info.Platform = runtime.Version(), runtime.GOOS+"/"+runtime.GOARCH
	if recorded == nil {
		recorded = &debug.BuildInfo{}
	}
	for _, s := range recorded.Settings {
		switch s.Key {
		case "vcs.revision":
			info.Commit = cmp.Or(info.Commit, s.Value)
		case "vcs.time":
			info.Date = cmp.Or(info.Date, s.Value)
		}
	}
	info.Version = cmp.Or(info.Version, numbered(recorded.Main.Version), info.Commit, "unknown")
	return info
}

// numbered is a module's version without the v, "" for a checkout's.
func numbered(module string) string {
	if module == "(devel)" {
		return ""
	}
	return strings.TrimPrefix(module, "v")
}

// String is one line: the program's name, the version, then what else is known.
func (i Info) String() string {
	var of strings.Builder
	if i.Commit != "" && i.Commit != i.Version {
		fmt.Fprintf(&of, " (commit %s", short(i.Commit))
		if i.Date != "" {
			fmt.Fprintf(&of, " of %s", i.Date)
		}
		of.WriteByte(')')
	}
	return fmt.Sprintf("understudy %s%s %s %s", i.Version, &of, i.Go, i.Platform)
}

// short keeps twelve digits, and the mark of a checkout that was changed.
func short(commit string) string {
	hash, mark, changed := strings.Cut(commit, "-")
	hash = hash[:min(len(hash), 12)]
	if changed {
		return hash + "-" + mark
	}
	return hash
}
