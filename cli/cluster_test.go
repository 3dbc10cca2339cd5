package cli

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/understudy-mock/understudy/mockserver/control"
)

// What is wrong with the flags of a cluster is said before anything is connected to, with the flag and the remedy.
func TestClusterFlags(t *testing.T) {
	const servers = "nats://127.0.0.1:1"
	junk := filepath.Join(t.TempDir(), "junk.creds")
	if err := os.WriteFile(junk, []byte("no credentials"), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		`"" for "--cluster" flag: it is empty; give the addresses of the NATS servers`: {"--cluster", ""},
		`" " for "--cluster" flag: it is empty`:                                        {"--cluster", " "},
		`"" for "--data" flag: it is empty; give a directory, or leave`:                {"--data", ""},
		`"" for "--cluster-address" flag: it is empty`:                                 {"--cluster", servers, "--cluster-address="},
		`"" for "--cluster-creds" flag: it is empty`:                                   {"--cluster", servers, "--cluster-creds="},
		`"" for "--cluster-monitor" flag: it is empty`:                                 {"--cluster", servers, "--cluster-monitor="},
		`--cluster-address "http://10.0.0.7:70000"`:                                    {"--cluster", servers, "--cluster-address", "http://10.0.0.7:70000"},
		`--cluster-address "http://10.0.0.7:0"`:                                        {"--cluster", servers, "--cluster-address", "http://10.0.0.7:0"},
		`--cluster-address "http://10.0.0.7:"`:                                         {"--cluster", servers, "--cluster-address", "http://10.0.0.7:"},
		`--cluster-address "http://:8654"`:                                             {"--cluster", servers, "--cluster-address", "http://:8654"},
		`--cluster-address "http://10.0.0.7:8654?"`:                                    {"--cluster", servers, "--cluster-address", "http://10.0.0.7:8654?"},
		`"http://0.0.0.0:8654": that is no address that others can reach`:              {"--cluster", servers, "--cluster-address", "http://0.0.0.0:8654"},
		"a user or a password before the host":                                         {"--cluster", servers, "--cluster-address", "http://a:secret@10.0.0.7:8654"},
		"such as nats://10.0.0.1:4222,":                                                {"--cluster", "nats://10.0.0.1:70000"},
		`--cluster-monitor "http://10.0.0.7:82222"`:                                    {"--cluster", servers, "--cluster-monitor", "http://10.0.0.7:82222"},
		"junk.creds\": nkeys:":                                                         {"--cluster", servers, "--cluster-creds", junk},
		"none: no such file or directory; give the file of credentials":                {"--cluster", servers, "--cluster-creds", t.TempDir() + "/none"},
		"is a directory; give the file of credentials":                                 {"--cluster", servers, "--cluster-creds", t.TempDir()},
		"--cluster: give the addresses of the NATS servers":                            {"--cluster", "http://127.0.0.1:4222"},
		"such as nats://10.0.0.1:4222":                                                 {"--cluster", "127.0.0.1:4222"},
		"--cluster and --data":                                                         {"--cluster", servers, "--data", t.TempDir()},
		"--coverage-report: with --cluster":                                            {"--cluster", servers, "--coverage-report", t.TempDir() + "/c.txt"},
		"--cluster and TLS":                                                            {"--cluster", servers, "--tls-ca", t.TempDir() + "/ca.pem"},
		"belong to --cluster":                                                          {"--cluster-monitor", "http://127.0.0.1:8222"},
		`--cluster-address "10.0.0.7:8654"`:                                            {"--cluster", servers, "--cluster-address", "10.0.0.7:8654"},
		`--cluster-monitor "10.0.0.7:8222"`:                                            {"--cluster", servers, "--cluster-monitor", "10.0.0.7:8222"},
		"--cluster-creds":                                                              {"--cluster", servers, "--cluster-creds", t.TempDir() + "/none"},
		"say so with --cluster-address":                                                {"--cluster", servers, "--addr", ":0", "--control-token", "secret"},
	} {
		var out, complaint bytes.Buffer
		code := tested().run(t.Context(), append([]string{"serve"}, args...), &out, &complaint)
		if code != codeUsage || !strings.Contains(complaint.String(), want) || !strings.HasPrefix(complaint.String(), "understudy: ") ||
			strings.Contains(complaint.String(), "secret@") || out.Len() > 0 {
			t.Errorf("%q: exit code %d, %q, want %q", args, code, complaint.String(), want)
		}
	}
}

// The other replicas reach a control API with a listener of its own by the host that the replica says, unless it listens on one.
func TestBeside(t *testing.T) {
	for want, addr := range map[string]*net.TCPAddr{
		"http://10.0.0.7:9000":  {IP: net.IPv4zero, Port: 9000},
		"http://127.0.0.1:9000": {IP: net.IPv4(127, 0, 0, 1), Port: 9000},
	} {
		if got, err := beside("http://10.0.0.7:8654", addr); err != nil || got != want {
			t.Errorf("%v: %q %v, want %q", addr, got, err, want)
		}
	}
}

const clusterCompose, clusterKubernetes = "../packaging/examples/cluster-compose.yaml", "../packaging/examples/cluster-kubernetes.yaml"

// Every setting that the ready-made file for compose gives is a flag of serve, each replica says where it is, and every NATS server that it
// names is one of the file's.
func TestClusterOfCompose(t *testing.T) {
	var compose struct {
		Services map[string]service `yaml:"services"`
		Volumes  map[string]any     `yaml:"volumes"`
		Configs  map[string]struct {
			Content string `yaml:"content"`
		} `yaml:"configs"`
	}
	decode(t, clusterCompose, &compose)
	replicas := 0
	for name, s := range compose.Services {
		if !strings.HasPrefix(name, "understudy-") {
			continue
		}
		replicas++
		wantFlags(t, clusterCompose, s.Environment)
		wantCommand(t, clusterCompose, s.Healthcheck.Test[1:])
		f := &clusterFlags{
			url: strings.ReplaceAll(s.Environment["UNDERSTUDY_CLUSTER"], "${NATS_PASSWORD:-secret}", "secret"), address: s.Environment["UNDERSTUDY_CLUSTER_ADDRESS"],
			monitors: strings.Split(s.Environment["UNDERSTUDY_CLUSTER_MONITOR"], ","),
		}
		if err := errors.Join(f.checkServers(), f.checkAddress(), f.checkFiles()); err != nil || f.address != "http://"+name+":"+defaultPort(t) {
			t.Errorf("%s: %v, address %q", name, err, f.address)
		}
		for at := range strings.SplitSeq(f.url, ",") {
			server, err := url.Parse(at)
			if err != nil {
				t.Fatal(err)
			}
			host := server.Hostname()
			if _, is := compose.Services[host]; !is || !strings.Contains(compose.Configs["nats"].Content, "nats://"+host+":6222") {
				t.Errorf("%s is sent to %q, which is no server of the file", name, host)
			}
		}
	}
	if replicas != 3 || len(compose.Services) != 6 || len(compose.Volumes) != 3 {
		t.Errorf("%d replicas, %d services, %d volumes", replicas, len(compose.Services), len(compose.Volumes))
	}
}

// object is as much of an object of Kubernetes as is about the mock.
type object struct {
	Kind     string `yaml:"kind"`
	Metadata struct {
		Name string `yaml:"name"`
	} `yaml:"metadata"`
	Spec struct {
		Replicas int              `yaml:"replicas"`
		Selector map[string]any   `yaml:"selector"`
		Ports    []map[string]any `yaml:"ports"`
		Template struct {
			Metadata struct {
				Labels map[string]string `yaml:"labels"`
			} `yaml:"metadata"`
			Spec struct {
				Containers []container `yaml:"containers"`
			} `yaml:"spec"`
		} `yaml:"template"`
	} `yaml:"spec"`
}

type container struct {
	Env []struct {
		Name  string `yaml:"name"`
		Value string `yaml:"value"`
	} `yaml:"env"`
	ReadinessProbe probe `yaml:"readinessProbe"`
	LivenessProbe  probe `yaml:"livenessProbe"`
}

type probe struct {
	HTTPGet struct {
		Path string `yaml:"path"`
	} `yaml:"httpGet"`
}

// The same for Kubernetes: the objects fit together, and probes ask what the mock answers.
func TestClusterOfKubernetes(t *testing.T) {
	file, err := os.Open(clusterKubernetes)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	objects := map[string]object{}
	for documents := yaml.NewDecoder(file); ; {
		var o object
		if err := documents.Decode(&o); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		objects[o.Kind+" "+o.Metadata.Name] = o
	}
	for _, name := range []string{"Secret understudy", "ConfigMap understudy-nats", "Service understudy-nats", "StatefulSet understudy-nats", "Service understudy", "Deployment understudy"} {
		if _, is := objects[name]; !is {
			t.Errorf("there is no %s", name)
		}
	}
	mock := objects["Deployment understudy"].Spec
	if mock.Replicas != 3 || objects["StatefulSet understudy-nats"].Spec.Replicas != 3 || len(mock.Template.Spec.Containers) != 1 {
		t.Fatalf("%+v", mock)
	}
	if got := objects["Service understudy"].Spec.Selector["app"]; got != mock.Template.Metadata.Labels["app"] {
		t.Errorf("the service selects %v", got)
	}
	c := mock.Template.Spec.Containers[0]
	environment := map[string]string{}
	for _, e := range c.Env {
		environment[e.Name] = strings.NewReplacer("$(POD_IP)", "10.0.0.7", "$(NATS_PASSWORD)", "secret").Replace(e.Value)
	}
	wantFlags(t, clusterKubernetes, environment)
	f := &clusterFlags{
		url: environment["UNDERSTUDY_CLUSTER"], address: environment["UNDERSTUDY_CLUSTER_ADDRESS"], monitors: strings.Split(environment["UNDERSTUDY_CLUSTER_MONITOR"], ","),
	}
	if err := errors.Join(f.checkServers(), f.checkAddress(), f.checkFiles()); err != nil || f.url != "nats://understudy:secret@understudy-nats:4222" || f.address != "http://10.0.0.7:"+defaultPort(t) {
		t.Errorf("%v %+v", err, f)
	}
	if c.ReadinessProbe.HTTPGet.Path != control.Prefix+"/readyz" || c.LivenessProbe.HTTPGet.Path != control.Prefix+"/healthz" {
		t.Errorf("probes: %+v %+v", c.ReadinessProbe, c.LivenessProbe)
	}
}
