// Package child runs servers that announce their address in a line of JSON, for programs that measure them from outside.
package child

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// Process is a running server.
type Process struct {
	Addr string // host and port

	cmd *exec.Cmd
}

// Start returns once the server has announced itself, which is the first line on its standard output.
func Start(ctx context.Context, binary string, args ...string) (*Process, error) {
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &Process{cmd: cmd}
	var says struct {
		Addr string `json:"addr"`
	}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &says)
	}
	if err != nil {
		_ = p.Stop() // that it did not announce itself is what matters
		return nil, fmt.Errorf("%s did not announce itself: %w", binary, err)
	}
	p.Addr = says.Addr
	return p, nil
}

// PID is the number of the process.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Stop asks the server to stop, and waits until it has. Its error says how it ended otherwise.
func (p *Process) Stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return p.cmd.Wait()
}

// Resident is the memory that the process holds, in bytes. Only Linux tells.
func (p *Process) Resident() (int, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.PID()))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kib, err := strconv.Atoi(strings.Fields(rest)[0])
			return kib << 10, err
		}
	}
	return 0, fmt.Errorf("process %d has no VmRSS", p.PID())
}

// Kill ends the server at once, as a crash does.
func (p *Process) Kill() error {
	if err := p.cmd.Process.Kill(); err != nil {
		return err
	}
	_ = p.cmd.Wait() // that it was killed is no news
	return nil
}
