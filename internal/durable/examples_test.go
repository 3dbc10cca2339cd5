package durable_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// The ready-made files for compose and Kubernetes configure NATS in a way that the server itself takes.
func TestConfigurationsOfTheExamples(t *testing.T) {
	if *natsServer == "" {
		t.Skip("it needs a nats-server: make cluster-test")
	}
	for _, file := range []string{"cluster-compose.yaml", "cluster-kubernetes.yaml"} {
		text := configuration(t, filepath.Join("../../packaging/examples", file))
		if out, err := checked(t, text); err != nil {
			t.Errorf("%s: %v\n%s", file, err, out)
		}
		for _, setting := range []string{"sync_interval: always", "authorization", "store_dir: /data"} {
			if !strings.Contains(text, setting) {
				t.Errorf("%s: no %s in\n%s", file, setting, text)
			}
		}
		if out, err := checked(t, strings.Replace(text, "sync_interval", "sync_intervall", 1)); err == nil {
			t.Errorf("%s: a misspelt setting is taken\n%s", file, out)
		}
	}
}

// checked has a server look at a configuration.
func checked(t *testing.T, text string) (string, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "nats.conf")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), *natsServer, "-t", "-c", file)
	cmd.Env = append(os.Environ(), "NAME=nats-1", "POD_NAME=understudy-nats-0", "NATS_PASSWORD=secret")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// configuration is what a file has NATS read.
func configuration(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for documents := yaml.NewDecoder(bytes.NewReader(text)); ; {
		var document struct {
			Data    map[string]string `yaml:"data"`
			Configs map[string]struct {
				Content string `yaml:"content"`
			} `yaml:"configs"`
		}
		if err := documents.Decode(&document); errors.Is(err, io.EOF) {
			t.Fatalf("%s configures no NATS", file)
		} else if err != nil {
			t.Fatal(err)
		}
		if found := document.Data["nats.conf"]; found != "" {
			return found
		}
		if found := document.Configs["nats"].Content; found != "" {
			return strings.ReplaceAll(found, "$$", "$") // as compose reads it
		}
	}
}
