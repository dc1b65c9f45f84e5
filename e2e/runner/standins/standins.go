// Package standins holds what the generated workflow calls and what cannot exist in a test: the actions of the
// marketplace, and programs that a runner has. Each really does what a later step can see (a commit checked out,
// an image in the registry, a process on a port) and is strict where the real one is: an unknown option or input, a
// push without a login, a private repository without a token all fail.
//
// Bash is the real one, overheard: act loses the last lines of a step that
// fails (its HostEnvironment closes the terminal without reading it empty), and
// they are the ones that matter.
//
// A stand-in is the test binary itself under another name. It finds its world
// by one environment variable, Root.
package standins

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// Root names the environment variable that holds the folder of the world.
const Root = "STANDIN_ROOT"

// ActionProgram is the name under which an action.yml calls its stand-in.
const ActionProgram = "standin-action"

// Programs are the stand-ins by the name that a script or an action.yml calls.
var Programs = map[string]func(World, []string) error{
	"bash":        bash,
	"docker":      docker,
	"gh":          gh,
	"oras":        oras,
	"corepack":    corepack,
	"pipx":        pipx,
	"poetry":      poetry,
	"rustup":      rustup,
	"ssh":         ssh,
	ActionProgram: action,
	appProgram:    serveApp,
}

// World is what the stand-ins of one test share. The test writes it to
// Root/world.json before each run.
type World struct {
	// Registry is the address that stands in for Host.
	Registry string
	// Host is the registry that the workflow names, "" for ghcr.io. User and Password are those that it takes, "" where it
	// takes everybody who has logged in.
	Host, User, Password string
	// API is the address that stands in for api.github.com, "" for files under Root/api.
	API string
	// Bash and ORAS are the paths of the real ones.
	Bash, ORAS string
	// Build is mixed into every image: the same number gives the same digests.
	Build int
	// Answers are the paths at which a started container answers 200.
	Answers []string
	// AppStops makes a started container end at once.
	AppStops bool
	// Folders are the folders of the image that may be mounted over, each with its mode.
	Folders map[string]uint32
	// Writes are folders in which the program makes files of FolderBytes, and RunsFrom those
	// from which it loads a library that it has put there.
	Writes, RunsFrom []string
	FolderBytes      int64
	// Memory is what the program uses by itself, in bytes.
	Memory int64
	// DeployKey is the public half of a key that KeyOf has, "" for none. With KeyReads it may not write.
	DeployKey, KeyOf string
	KeyReads         bool
	// Impostor answers in the place of GitHub, with another host key.
	Impostor bool
	// PytestStatus is the exit status of the test suite.
	PytestStatus int
	// Toolchains are those of the machine by language, none where no test runs.
	Toolchains map[string][]Toolchain
	// MavenRepository is the address of the packages that Maven finds on the machine, LLVM the folder of the tools that read
	// what its rustc counts, and RustTarget the machine in the words of rustc.
	MavenRepository, LLVM, RustTarget string

	root string
}

// Main runs the stand-in under whose name the process was started, and returns its exit status; ok is false if that is
// no stand-in.
func Main(argv []string) (status int, ok bool) {
	run, ok := Programs[filepath.Base(argv[0])]
	if !ok {
		return 0, false
	}
	world, err := open()
	if err == nil {
		err = run(world, argv[1:])
	}
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0, true
	case errors.As(err, &exit):
		return exit.ExitCode(), true
	}
	fmt.Fprintf(os.Stderr, "%s (stand-in): %v\n", filepath.Base(argv[0]), err)
	var coded statusError
	if errors.As(err, &coded) {
		return int(coded), true
	}
	return 1, true
}

// statusError is a failure with an exit status of its own.
type statusError int

func (e statusError) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

func open() (World, error) {
	root := os.Getenv(Root)
	if root == "" {
		return World{}, fmt.Errorf("%s is not set", Root)
	}
	var world World
	err := readJSON(filepath.Join(root, "world.json"), &world)
	world.root = root
	return world, err
}

// Save writes the world for the stand-ins to find.
func (w World) Save(root string) error {
	return writeJSON(filepath.Join(root, "world.json"), w)
}

// A Call is one use of a stand-in, as the test reads it afterwards.
type Call struct {
	Run    string // GITHUB_RUN_ID
	Job    string // GITHUB_JOB
	Name   string // the program, or the action without its commit
	Args   []string
	Inputs map[string]string // an action's, or a program's environment
	Output string            // a script's, bash only
}

const callsFile = "calls.jsonl"

// record appends one line in one write, which O_APPEND keeps whole.
func (w World) record(call Call) error {
	call.Run, call.Job = os.Getenv("GITHUB_RUN_ID"), os.Getenv("GITHUB_JOB")
	line, err := json.Marshal(call)
	if err != nil {
		return err
	}
	file, err := os.OpenFile(filepath.Join(w.root, callsFile), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(append(line, '\n'))
	return errors.Join(err, file.Close())
}

// Calls reads what was recorded in the world under root, in order.
func Calls(root string) ([]Call, error) {
	file, err := os.Open(filepath.Join(root, callsFile))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var calls []Call
	for decoder := json.NewDecoder(file); ; {
		var call Call
		switch err := decoder.Decode(&call); err {
		case nil:
			calls = append(calls, call)
		case io.EOF:
			return calls, nil
		default:
			return nil, err
		}
	}
}

// machine is the folder for what belongs to one job's runner: its images, its
// containers, its logins. RUNNER_TEMP is the only thing that tells two legs of
// one matrix apart.
func (w World) machine() string {
	return filepath.Join(w.root, "machines", filepath.Base(filepath.Dir(os.Getenv("RUNNER_TEMP"))))
}

func readJSON(path string, into any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

func writeJSON(path string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o644)
}

// lock waits for the exclusive use of a file. Every process that has the file open holds the lock, also a child that
// inherited it.
func lock(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	return file, syscall.Flock(int(file.Fd()), syscall.LOCK_EX)
}
