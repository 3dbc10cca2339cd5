package buildinfo

import (
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDescribe(t *testing.T) {
	checkout := func(version string) *debug.BuildInfo {
		return &debug.BuildInfo{
			Main:     debug.Module{Version: version},
			Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "abc"}, {Key: "vcs.time", Value: "2026-01-01T00:00:00Z"}},
		}
	}
	stamped := Info{Version: "1.2.3", Commit: "def", Date: "2026-02-02T00:00:00Z"}
	for name, c := range map[string]struct {
		recorded *debug.BuildInfo
		stamped  Info
		want     Info
	}{
		"nothing is known":              {nil, Info{}, Info{Version: "unknown"}},
		"a stamp wins":                  {checkout("v9.9.9"), stamped, stamped},
		"go install at a version":       {&debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}}, Info{}, Info{Version: "1.2.3"}},
		"a checkout without a version":  {checkout("(devel)"), Info{}, Info{Version: "abc", Commit: "abc", Date: "2026-01-01T00:00:00Z"}},
		"a checkout that has a version": {checkout("v1.2.4-0.20260101-abc"), Info{}, Info{Version: "1.2.4-0.20260101-abc", Commit: "abc", Date: "2026-01-01T00:00:00Z"}},
	} {
		t.Run(name, func(t *testing.T) {
			c.want.Go, c.want.Platform = runtime.Version(), runtime.GOOS+"/"+runtime.GOARCH
			if diff := cmp.Diff(c.want, describe(c.recorded, c.stamped)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestString(t *testing.T) {
	for want, i := range map[string]Info{
		"understudy 1.2.3 (commit 0123456789ab of 2026-01-01T00:00:00Z) go1.26 linux/amd64": {
			Version: "1.2.3", Commit: "0123456789abcdef0123456789abcdef01234567", Date: "2026-01-01T00:00:00Z", Go: "go1.26", Platform: "linux/amd64",
		},
		"understudy 1.2.3 (commit 0123456789ab-dirty) go1.26 linux/amd64": {
			Version: "1.2.3", Commit: "0123456789abcdef0123456789abcdef01234567-dirty", Go: "go1.26", Platform: "linux/amd64",
		},
		"understudy 1.2.3 (commit abc) go1.26 linux/amd64": {Version: "1.2.3", Commit: "abc", Go: "go1.26", Platform: "linux/amd64"},
		"understudy unknown go1.26 linux/amd64":            {Version: "unknown", Go: "go1.26", Platform: "linux/amd64"},
		"understudy abc go1.26 linux/amd64":                {Version: "abc", Commit: "abc", Go: "go1.26", Platform: "linux/amd64"},
	} {
		if got := i.String(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
