package agent_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
)

// TestMain is also the clients that check_client runs.
func TestMain(m *testing.M) {
	clients := map[string]func() int{"": m.Run, "yes": client, "careless": careless, "tidy": tidy, "absent": func() int { return 0 }, "failing": failing, "patient": patient, "killed": killed, "indiscreet": indiscreet}
	if path := os.Getenv("AGENT_TEST_LOG"); path != "" && os.Getenv("UNDERSTUDY_URL") != "" {
		note(path)
	}
	os.Exit(clients[os.Getenv("AGENT_TEST_CLIENT")]())
}

// note writes one byte for a run.
func note(path string) {
	log, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		panic(err)
	}
	_, err = log.WriteString("x")
	if err != nil || log.Close() != nil {
		panic("the run cannot be noted")
	}
}

// client lists a queue, and asks to delete all of it without the confirmation. It wants to be refused.
func client() int {
	base, token := os.Getenv("UNDERSTUDY_URL"), os.Getenv("UNDERSTUDY_TOKEN")
	if code := call(http.MethodGet, base+"/hooks/654/incomings", token, ""); code != http.StatusOK {
		return 1
	}
	if code := call(http.MethodDelete, base+"/hooks/654/incomings", token, `{"all":true}`); code != http.StatusNotAcceptable {
		return 1
	}
	fmt.Println("refused, as it should be")
	return 0
}

// careless is content with whatever it is answered.
func careless() int {
	base, token := os.Getenv("UNDERSTUDY_URL"), os.Getenv("UNDERSTUDY_TOKEN")
	for range 40 {
		call(http.MethodDelete, base+"/hooks/654/incomings?"+strings.Repeat("x", 2000)+"=1", token, `{"all":true}`)
		fmt.Println(strings.Repeat("careless ", 200))
	}
	return 0
}

// tidy works in a world of its own, and deletes it.
func tidy() int {
	world := os.Getenv("UNDERSTUDY_CONTROL_URL") + "/worlds/tidy"
	code := call(http.MethodDelete, os.Getenv("UNDERSTUDY_URL")+"/hooks/654/incomings", "tidy", `{"all":true}`)
	if call(http.MethodDelete, world, "", "") >= http.StatusBadRequest || code != http.StatusNotAcceptable {
		return 1
	}
	return 0
}

// killed ends by a signal.
func killed() int {
	own, err := os.FindProcess(os.Getpid())
	if err != nil || own.Kill() != nil {
		return 1
	}
	select {}
}

// clientSecret is what indiscreet puts wherever a credential may stand.
const clientSecret = "client-secret-4711"

// indiscreet sends credentials in every place that clients have for them, some of them in calls that are refused.
func indiscreet() int {
	hook := os.Getenv("UNDERSTUDY_URL") + "/hooks/654/incomings"
	for _, query := range []string{"", "?token=" + clientSecret, "?apiKey=" + clientSecret + "&confirmed=maybe"} {
		r, err := http.NewRequestWithContext(context.Background(), http.MethodDelete, hook+query, strings.NewReader(`{"all":true,"client_secret":"`+clientSecret+`"}`))
		if err != nil {
			return 1
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Token "+os.Getenv("UNDERSTUDY_TOKEN"))
		for _, name := range []string{"X-Api-Key", "Cookie", "X-Make-Apikey", "Proxy-Authorization", "X-Session-Token"} {
			r.Header.Set(name, clientSecret)
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			return 1
		}
		_ = answer.Body.Close()
	}
	return 0
}

func failing() int {
	client()
	return 3
}

func call(method, url, token, body string) int {
	r, err := http.NewRequestWithContext(context.Background(), method, url, strings.NewReader(body))
	if err != nil {
		return 0
	}
	r.Header.Set("Authorization", "Token "+token)
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0
	}
	_ = answer.Body.Close()
	return answer.StatusCode
}
