package stack

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"time"
)

// process is a running program of the stack.
type process struct {
	name    string
	command *exec.Cmd
	ended   chan struct{} // closed when it has ended
	err     error         // valid then
	logFile string
}

// launcher starts processes that end with this one, whatever ends it.
type launcher struct {
	folder string
	queue  chan func()
}

func newLauncher(folder string) *launcher {
	l := &launcher{folder: folder, queue: make(chan func())}
	go func() {
		// The kernel sends the death signal when the thread that started the process ends, so this one stays.
		runtime.LockOSThread()
		for start := range l.queue {
			start()
		}
	}()
	return l
}

// start runs a program with only the environment given; what it prints goes to
// NAME.log in the launcher's folder.
func (l *launcher) start(name, program string, environment []string, args ...string) (*process, error) {
	file := filepath.Join(l.folder, name+".log")
	log, err := os.OpenFile(file, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	command := exec.Command(program, args...)
	command.Dir, command.Env = l.folder, environment
	command.Stdout, command.Stderr = log, log
	// A group of its own: an interrupt from the terminal must not reach it before we take the stack down in order.
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	started := make(chan error)
	l.queue <- func() { started <- command.Start() }
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	p := &process{name: name, command: command, ended: make(chan struct{}), logFile: file}
	go func() {
		p.err = command.Wait()
		close(p.ended)
	}()
	return p, nil
}

// stop asks the process to end, and insists after ten seconds.
func (p *process) stop() {
	if p == nil {
		return
	}
	p.signal(syscall.SIGTERM)
	select {
	case <-p.ended:
	case <-time.After(10 * time.Second):
		p.kill()
	}
}

// kill ends the process and its children at once.
func (p *process) kill() {
	p.signal(syscall.SIGKILL)
	<-p.ended
}

func (p *process) signal(s syscall.Signal) {
	select {
	case <-p.ended:
	default:
		// It can only be that it ended meanwhile.
		_ = syscall.Kill(-p.command.Process.Pid, s)
	}
}

// ready waits until the check says nil; it fails when the process ends first or
// after a minute.
func (p *process) ready(ctx context.Context, check func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		err := check(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-p.ended:
			return fmt.Errorf("%s ended: %v\n%s", p.name, p.err, tail(p.logFile))
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready: %w\n%s", p.name, err, tail(p.logFile))
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// tail is the end of a log.
func tail(file string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-4000):])
}
