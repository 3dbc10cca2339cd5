package cli

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// A service is as much of a container in compose.yaml, in a workflow and in a pipeline as is about the mock.
type service struct {
	Environment map[string]string `yaml:"environment"`
	Env         map[string]string `yaml:"env"`
	Healthcheck struct {
		Test []string `yaml:"test"`
	} `yaml:"healthcheck"`
	Options string   `yaml:"options"`
	Ports   []string `yaml:"ports"`
}

// TestExamplesOfContainers wants every setting that the ready-made files give the mock to be a flag of serve, every probe to be a
// command, and the port to be the one that the mock listens on by default.
func TestExamplesOfContainers(t *testing.T) {
	var compose struct {
		Services map[string]service `yaml:"services"`
	}
	var github struct {
		Jobs map[string]struct {
			Services map[string]service `yaml:"services"`
		} `yaml:"jobs"`
	}
	var gitlab map[string]struct {
		Variables map[string]string   `yaml:"variables"`
		Services  []map[string]string `yaml:"services"`
	}
	decode(t, "../compose.yaml", &compose)
	decode(t, "../packaging/examples/github-services.yaml", &github)
	decode(t, "../packaging/examples/gitlab-ci.yaml", &gitlab)

	ofCompose, ofGitHub := compose.Services["understudy"], github.Jobs["test"].Services["understudy"]
	wantFlags(t, "compose.yaml", ofCompose.Environment)
	wantFlags(t, "github-services.yaml", ofGitHub.Env)
	wantFlags(t, "gitlab-ci.yaml", gitlab["test"].Variables)

	wantCommand(t, "compose.yaml", ofCompose.Healthcheck.Test[1:])
	_, probe, _ := strings.Cut(ofGitHub.Options, `--health-cmd "`)
	probe, _, _ = strings.Cut(probe, `"`)
	wantCommand(t, "github-services.yaml", strings.Fields(probe))

	for file, ports := range map[string][]string{"compose.yaml": ofCompose.Ports, "github-services.yaml": ofGitHub.Ports} {
		if len(ports) != 1 || !strings.HasSuffix(ports[0], ":"+defaultPort(t)) {
			t.Errorf("%s publishes %q, want the port %s", file, ports, defaultPort(t))
		}
	}
	if alias := gitlab["test"].Services[0]["alias"]; alias != gitlab["test"].Variables["UNDERSTUDY_CONTROL_HOST"] {
		t.Errorf("gitlab-ci.yaml calls the mock %q, which is not the host that its control API takes", alias)
	}
}

// TestVariablesOfThePage wants every variable that docs/containers.md names to be a flag of serve.
func TestVariablesOfThePage(t *testing.T) {
	page, err := os.ReadFile("../docs/containers.md")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`UNDERSTUDY_[A-Z_]+`).FindAllString(string(page), -1)
	if len(named) < 8 {
		t.Fatalf("the page names %q; the test has lost sight of them", named)
	}
	variables := map[string]string{}
	for _, name := range named {
		variables[name] = ""
	}
	delete(variables, "UNDERSTUDY_IMAGE") // of compose.yaml, not of the program
	wantFlags(t, "docs/containers.md", variables)
}

func decode(t *testing.T, file string, into any) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

func wantFlags(t *testing.T, file string, variables map[string]string) {
	t.Helper()
	flags, found := newServeCommand(tested()).Flags(), 0
	for name := range variables {
		name, ours := strings.CutPrefix(name, "UNDERSTUDY_")
		if !ours {
			continue
		}
		found++
		if flag := strings.ToLower(strings.ReplaceAll(name, "_", "-")); flags.Lookup(flag) == nil {
			t.Errorf("%s sets UNDERSTUDY_%s, but serve has no --%s", file, name, flag)
		}
	}
	if found == 0 {
		t.Errorf("%s gives the mock no variable; the test has lost sight of them", file)
	}
}

func wantCommand(t *testing.T, file string, words []string) {
	t.Helper()
	if len(words) < 2 || words[0] != "/understudy" {
		t.Errorf("%s has the probe %q, want a command of /understudy", file, words)
		return
	}
	_, rest, err := newRootCommand(tested()).Find(words[1:])
	if err != nil || slices.ContainsFunc(rest, func(word string) bool { return !strings.HasPrefix(word, "-") }) {
		t.Errorf("%s has the probe %q: %v", file, words, err)
	}
}

func defaultPort(t *testing.T) string {
	t.Helper()
	_, port, ok := strings.Cut(newServeCommand(tested()).Flags().Lookup("addr").DefValue, ":")
	if !ok {
		t.Fatal("serve has no default port")
	}
	return port
}
