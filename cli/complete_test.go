package cli

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

// offered is what the program offers a shell for the last argument.
func offered(t *testing.T, args ...string) []string {
	t.Helper()
	var out, errs bytes.Buffer
	if code := tested().run(t.Context(), append([]string{"__complete"}, args...), &out, &errs); code != codeOK {
		t.Fatalf("%q: %d %s", args, code, errs.String())
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	return lines[:len(lines)-1] // the last one is for the shell
}

func TestCompletion(t *testing.T) {
	for _, test := range []struct {
		args  []string
		want  string // one of those offered
		never string
	}{
		{[]string{"verify", ""}, "crmcom", ""},
		{[]string{"verify", "mak"}, "makecom", "crmcom"},
		{[]string{"mutate", ""}, "makecom", ""},
		{[]string{"learn", ""}, "makecom", ""},
		{[]string{"diff", ""}, "makecom", ""},
		{[]string{"mutants", ""}, "crmcom", ""},
		{[]string{"requirements", ""}, "crmcom", ""},
		{[]string{"requirements", "--format", ""}, "json", ""},
		{[]string{"mutants", "--format", ""}, "text", ""},
		{[]string{"fixtures", "--format", ""}, "ndjson", ""},
		{[]string{"serve", "--tokens", ""}, "declared", ""},
		{[]string{"serve", "--log-level", ""}, "warn", ""},
		{[]string{"serve", "--log-format", ""}, "json", ""},
		{[]string{"serve", "--api", ""}, "makecom", ""},
		{[]string{"serve", "--mutant", "makecom/delete/ids/"}, "makecom/delete/ids/only-first", "crmcom/delete/gone/undone-by-a-resend"},
		{[]string{"verify", "makecom", "--mode", ""}, "disposable", ""},
		{[]string{"verify", "makecom", "--run", "makecom/delete/"}, "makecom/delete/ids", ""},
		{[]string{"verify", "crmcom", "--run", ""}, "crmcom/list/by-definition", "makecom/delete/ids"},
		{[]string{"mutate", "makecom", "--only", "makecom/delete/ids"}, "makecom/delete/ids/only-first", ""},
	} {
		t.Run(strings.Join(test.args, " "), func(t *testing.T) {
			got := offered(t, test.args...)
			if !slices.Contains(got, test.want) || test.never != "" && slices.Contains(got, test.never) {
				t.Errorf("offered are %q", got)
			}
		})
	}
}

func TestOnlyNamesNearIDs(t *testing.T) {
	for given, want := range map[string]string{
		"makecom/delete/idz/only-first": `take "makecom/delete/ids/only-first"`,
		"makecom/delete/idss":           `"makecom/delete/ids"`,
		"only-first":                    `only-first"`,
	} {
		t.Run(given, func(t *testing.T) {
			_, errs, code := mutateIn(t, t.TempDir(), "--only", given, "--", "true")
			if code != codeUsage || !strings.Contains(errs, "no mutant of makecom has such an id") || !strings.Contains(errs, want) {
				t.Errorf("%d %s", code, errs)
			}
		})
	}
}
