// Package manifests_test holds the ready-made files for Kubernetes and compose against those who read them: Kubernetes' own decoder, defaults
// and validation, and compose's own loader. It is a module of its own, because they are large. Nothing is started.
package manifests_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/validation/field"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/apis/apps"
	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	appsvalidation "k8s.io/kubernetes/pkg/apis/apps/validation"
	"k8s.io/kubernetes/pkg/apis/core"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	corevalidation "k8s.io/kubernetes/pkg/apis/core/validation"
	"k8s.io/kubernetes/pkg/apis/networking"
	_ "k8s.io/kubernetes/pkg/apis/networking/install"
	networkingvalidation "k8s.io/kubernetes/pkg/apis/networking/validation"
	"k8s.io/kubernetes/pkg/apis/policy"
	_ "k8s.io/kubernetes/pkg/apis/policy/install"
	policyvalidation "k8s.io/kubernetes/pkg/apis/policy/validation"
)

const examples = "../../packaging/examples"

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(examples, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Kubernetes takes every object, and finds what is wrong: a word that it does not know, a value that is none, parts that do not fit together.
func TestKubernetes(t *testing.T) {
	file := read(t, "cluster-kubernetes.yaml")
	kinds, err := kubernetes(file)
	if err != nil {
		t.Error(err)
	}
	if want := []string{"ConfigMap", "Deployment", "NetworkPolicy", "PodDisruptionBudget", "PodDisruptionBudget", "Secret", "Service", "Service", "StatefulSet"}; !slices.Equal(kinds, want) {
		t.Errorf("the file has %q, want %q", kinds, want)
	}
	for right, wrong := range map[string]string{
		"terminationGracePeriodSeconds: 20":                      "terminationGracePeriodSecond: 20",
		"terminationGracePeriodSeconds: 60":                      "terminationGracePeriodSeconds: soon",
		"kind: Deployment":                                       "kind: Deploiment",
		"matchLabels: { app: understudy } }\n  template":         "matchLabels: { app: overstudy } }\n  template",
		"port: http }, periodSeconds: 10":                        "port: HTTP! }, periodSeconds: 10",
		"{ name: data, mountPath: /data }":                       "{ name: date, mountPath: /data }",
		"sleep: { seconds: 5 }":                                  "sleep: { seconds: 60 }",
		"maxUnavailable: 0, maxSurge: 1":                         "maxUnavailable: 0, maxSurge: 0",
		"key: control-token":                                     "keys: control-token",
		"whenUnsatisfiable: ScheduleAnyway, labelSelector: { ma": "whenUnsatisfiable: Never, labelSelector: { ma",
		"limits: { memory: 1Gi }":                                "limits: { memory: 64Mi }",
		"policyTypes: [Ingress]":                                 "policyTypes: [Inbound]",
	} {
		if !strings.Contains(file, right) {
			t.Errorf("the file does not have %q", right)
		}
		if _, err := kubernetes(strings.Replace(file, right, wrong, 1)); err == nil {
			t.Errorf("%q is taken", wrong)
		}
	}
}

// kubernetes reads the objects of a file as an API server does that is sent them, and returns their kinds.
func kubernetes(file string) (kinds []string, err error) {
	strict := serializer.NewCodecFactory(legacyscheme.Scheme, serializer.EnableStrict).UniversalDeserializer()
	for documents := utilyaml.NewYAMLReader(bufio.NewReader(strings.NewReader(file))); ; {
		text, readErr := documents.Read()
		if errors.Is(readErr, io.EOF) {
			break
		}
		if readErr != nil {
			return nil, readErr
		}
		object, kind, decodeErr := strict.Decode(text, nil, nil)
		if decodeErr != nil {
			err = errors.Join(err, decodeErr)
			continue
		}
		kinds = append(kinds, kind.Kind)
		legacyscheme.Scheme.Default(object)
		internal, convertErr := legacyscheme.Scheme.ConvertToVersion(object, runtime.InternalGroupVersioner)
		if convertErr != nil {
			err = errors.Join(err, convertErr)
			continue
		}
		for _, wrong := range validate(internal) {
			err = errors.Join(err, fmt.Errorf("%s: %w", kind.Kind, wrong))
		}
	}
	slices.Sort(kinds)
	return kinds, err
}

// validate is what is wrong with an object. Every object is in a namespace by the time that it is looked at.
func validate(object runtime.Object) field.ErrorList {
	switch o := object.(type) {
	case *core.Secret:
		o.Namespace = "default"
		return corevalidation.ValidateSecret(o)
	case *core.ConfigMap:
		o.Namespace = "default"
		return corevalidation.ValidateConfigMap(o)
	case *core.Service:
		o.Namespace = "default"
		if o.Spec.ClusterIP != "" {
			o.Spec.ClusterIPs = []string{o.Spec.ClusterIP} // as an API server does first
		}
		return corevalidation.ValidateServiceCreate(o)
	case *apps.Deployment:
		o.Namespace = "default"
		return appsvalidation.ValidateDeployment(o, corevalidation.PodValidationOptions{})
	case *apps.StatefulSet:
		o.Namespace = "default"
		return appsvalidation.ValidateStatefulSet(o, corevalidation.PodValidationOptions{})
	case *policy.PodDisruptionBudget:
		o.Namespace = "default"
		return policyvalidation.ValidatePodDisruptionBudget(o, policyvalidation.PodDisruptionBudgetValidationOptions{})
	case *networking.NetworkPolicy:
		o.Namespace = "default"
		return networkingvalidation.ValidateNetworkPolicy(o, networkingvalidation.NetworkPolicyValidationOptions{})
	}
	return field.ErrorList{field.Forbidden(field.NewPath("kind"), fmt.Sprintf("nobody looks at %T", object))}
}

// Compose loads the file, and finds what is misspelt.
func TestCompose(t *testing.T) {
	services, err := compose(t, read(t, "cluster-compose.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"nats-1", "nats-2", "nats-3", "understudy-1", "understudy-2", "understudy-3"}; !slices.Equal(services, want) {
		t.Errorf("compose starts %q, want %q", services, want)
	}
	for right, wrong := range map[string]string{
		"depends_on:":            "depend_on:",
		"[nats-1, nats-2,":       "[nats-1, nats-4,",
		"stop_grace_period: 20s": "stop_grace_period: soon",
		"source: nats,":          "source: gnats,",
	} {
		if services, err := compose(t, strings.Replace(read(t, "cluster-compose.yaml"), right, wrong, 1)); err == nil {
			t.Errorf("%q is taken: %q", wrong, services)
		}
	}
}

func compose(t *testing.T, text string) (services []string, err error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "compose.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	options, err := cli.NewProjectOptions([]string{file}, cli.WithName("try"), cli.WithInterpolation(true))
	if err != nil {
		return nil, err
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		return nil, err
	}
	return project.ServiceNames(), nil
}
